"""The words by which a dispatch of state media shows whose it is: patterns only, for ``dispatch``."""

from __future__ import annotations

import re

CARRIER = re.compile(r"\((?:KCNA|조선중앙통신|KCNA Watch)\)|\bKCNA\b.{0,12}--", re.IGNORECASE)
SOURCE = re.compile(
    r"kcna|rodong|minju-?joson|mfa\.gov\.kp|naenara|uriminzok|vok\.rep|voice-of-korea|dprk-?mfa", re.IGNORECASE
)
FORM = (
    r"(?:press statement|statement|memorandum|white paper|information bulletin|bulletin|appeal"
    r"|declaration|press release"
    r"|open (?:letter|questionnaire|questions?)|notice|notification|letter|message|answers?|communiqu[eé]|indictment"
    r"|public notice|detailed report|crucial report|special report|report|press communiqu[eé]|talk"
    r"|commentary|speech|order)"
)
VERB = (
    r"(?:issued?|released?|releases|published?|made public|makes public|sent|gave|delivered|made"
    r"|announced|put out|carried|read out|(?:tried|decided) to (?:send|open to (?:the )?public))"
)
WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day )?"
ISSUED = re.compile(
    rf"\b(?P<verb>{VERB})\b(?P<gap>(?! by the| in the name)(?:[^.:\n]|(?<=[A-Z])\.){{0,110}}?)\b(?P<form>{FORM})\b",
)
STRONG = re.compile(
    rf"\b(?:{VERB}) {WEEKDAY}(?:on \w+ )?the following (?:\w+ )?{FORM}"
    rf"|\bgave {WEEKDAY}(?:the following|an) answer\b"
    r"|\bpublished the following|다음과 같은 (?:담화|성명)",
)
ANSWER = re.compile(
    r"\b(?:gave|gives|made) [^.:\n]{0,30}?answers?\b|\banswered (?:a )?questions?\b|\b(?:replied"
    r"|in reply) to (?:a )?question|questions? (?:put|raised|asked) by KCNA",
)
SPEECH = re.compile(
    r"\b(?:made|delivered|gave) (?:a|an|his|her|the) (?:\w+ ){0,3}?(?P<speech>speech|address)\b"
    r"|\bwhen speaking at (?:a|the)\b"
    r"|\bsaid this,? (?:in (?:a|his|her) (?:speech|address)|when addressing|(?:while )?addressing)"
    r"|\b(?:in (?:a|his|her) (?:\w+ )?(?:speech|address) (?:at|to|before|made)|(?:when "
    r"|while )?addressing (?:the|an|a)\b)",
)
UN = re.compile(r"\b(?:UNGA|(?:UN|United Nations) General Assembly|UN Security Council|UNSC)\b")
PAPER = re.compile(
    r"\b(?P<paper>Rodong Sin\s?mun?|Minju Joson|Th?ongil Sinbo|Choson Sinbo|Uriminzokkiri|Meari|DPRK Today)\b"
)
PAPER_SAYS = re.compile(
    r"\b(?:commentary|article|editorial|essay|commentator|analyst|observes?|says?|said|carrie[sd]"
    r"|comments?|warns?|terms|denounces?|notes?|stresses|urges?)\b",
)
COMMENTARY_TITLE = re.compile(
    r"\bKCNA (?:[Cc]ommentary|[Cc]omment(?:s|ator)?|[Dd]enounces|[Bb]lasts|[Bb]lames|[Qq]ueries|[Oo]n"
    r"|[Rr]efutes|[Cc]ensures|[Aa]ssails|[Dd]ismisses"
    r"|[Ww]arns|[Uu]rges|[Hh]its|[Ss]lams|[Rr]idicules|[Aa]ccuses|[Rr]ejects|[Cc]alls|[Tt]erms"
    r"|[Uu]nderscores|[Dd]isclose[sd]?|[Ff]lays)\b"
    r"|:\s?KCNA$|조선중앙통신사? (?:론|논)평",
)
COMMENTARY_TEXT = re.compile(
    r"\b(?:(?:the|following is (?:a|the)) KCNA commentary|KCNA (?:in|made public|released"
    r"|issued) (?:a|the following) (?:\w+ )?commentary)\b",
    re.IGNORECASE,
)
ANALYST = re.compile(
    r"\b(?:international (?:affairs|security|political) (?:analyst|critic|commentator)"
    r"|military (?:commentator|analyst|critic))\b",
    re.IGNORECASE,
)
RELAYED = re.compile(
    r"\b(?:[Ii]n an? (?:[a-z]+ ){0,2}(?:commentary|statement|talk|article|press conference|editorial|lecture"
    r"|interview|report|resolution)|(?:made public|issued|released|published|announced) an? "
    r"|(?:held|at|gave) a press conference|(?:held|staged|at) a (?:rally|demonstration|forum|seminar"
    r"|joint press conference)"
    r"|carried an? (?:[a-z]+ ){0,2}(?:article|editorial|commentary)|analyzed the|in its statement|said on|said (?:Prof"
    r"|Mr|Dr)\.|called on )\b|\b(?:editorial|commentary|article) (?:of|by|in) ",
)
"""What somebody outside the state did to be passed on by KCNA."""
VOICES = re.compile(
    r"\btold KCNA\b|\binterview with KCNA\b|\b[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}, (?:an? )?[2-9]\d(?:-year-old)?\b"
)
"""A report that gathers what people of various walks of life say."""
SUBORDINATE = re.compile(r"\b(?:after|since|when|[Oo]n (?:hearing|receiving))\b[^,]*$")
SAME = re.compile(r"\b(?:[Ii]n (?:his|her|its) |[Tt]he (?:said )?spokes(?:man|person|woman))\b")
"""An answer or statement whose issuer the sentence before has named."""
CAPITALS = re.compile(
    r"\b(?!The |A |An |This |In |On |At )(?:(?:Prof|Mr|Dr)\. )?[A-Z][\w’'-]+(?:(?: (?:of|for|in|and"
    r"|the|to|by))* [A-Z][\w’'-]+)+",
)
MEDIUM = re.compile(
    r"\b(?:[Nn]ews(?:paper)?|[Pp]aper|[Dd]aily|[Ww]eekly|[Mm]agazine|[Nn]ews agency|[Hh]omepage|[Rr]adio"
    r"|[Ii]nternet news) "
    r"(?P<name>(?!Agency|Service)[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3})"
)
ORIGIN = re.compile(
    r"^(?:(?:(?:South )?Korea(?:n|['’]s)?|Seoul|Russian?(?:['’]s)?|Chin(?:a['’]s|ese)|Japan(?:ese|['’]s)"
    r"|U\.?S|American|Internet|Civic|Daily|Weekly|Paper) )+"
)
OUTLET = re.compile(
    r"\b(?:urged|charged|commented|noted|stressed|warned) (?:the )?[Ss]outh Korean? (?:newspaper |paper |daily )?"
    r"(?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3})"
)
JUDGES = re.compile(
    r"\b(?:denounced|slammed|condemned|accused|urged|opposed|protested|demanded|criticized|blasted|flayed|held)\b"
)
CIVIC = re.compile(
    r"\b(?:civic|public|social|religious|peace|pro-reunification)(?:,? (?:and )?(?:civic|public|social|religious))*"
    r" (?:organi[sz]ations?|groups?|bodies)\b|\bpersonages\b|\borgani[sz]ations\b"
)
SIDES = (
    ("rok", re.compile(r"\b[Ss](?:outh|\.) Korea|\bSouth (?:Headquarters|Side)|\bSeoul\b")),
    ("china", re.compile(r"\bChin(?:a|ese)\b")),
    ("japan", re.compile(r"\bJapan(?:ese)?\b|\bTokyo\b")),
    ("russia", re.compile(r"\bRussian?\b")),
    ("us", re.compile(r"\bU\.?S\.?\b|\bAmerican\b")),
)
POLEMIC = re.compile(
    r"\b(?:provocati\w+|aggressi\w+|reckless\w*|war (?:exercises|rehearsals?)|puppet\w*"
    r"|imperialist\w*|reactionar\w+|crimes?|criminal\w*|hideous"
    r"|sinister|moves? (?:for|to)|scheme\w*|racket|anti-DPRK|brigandish|gangster\w*|hypocri\w+"
    r"|shameless\w*|murder\w*|hostile|ulterior|unpardonable)\b",
    re.IGNORECASE,
)
FOREIGN_NEWS = re.compile(
    r"\baccording to (?:the |a |an )?(?:south Korean?|Japanese|U\.S\.|Chinese|Russian)\b"
    r"|\b[Ii]t (?:has been|was) (?:revealed|reported)"
    r"|\btold KCNA\b",
)
KIM = re.compile(
    r"\bKim Jong (?:Un|Il)\s?(?:,|set|said|stressed|noted|gave|made|oversaw|guided|inspected|visited|watched)"
)
KIM_WORDS = re.compile(
    r"\b(?:[Hh]e|Kim Jong (?:Un|Il)|[Tt]he (?:respected|great|General Secretary|Supreme Leader"
    r"|Marshal)[\w\s]{0,30})\s?(?:said|stressed|noted"
    r"|declared|emphasized|affirmed|underscored|called|"
    r"pointed out|clarified|expressed|instructed|ordered|warned|added)\b",
)
GUIDANCE = re.compile(
    r"\b(?:guid(?:es|ed|ance)|inspect(?:s|ed)|oversees|oversaw|visit(?:s|ed)|watch(?:es|ed)"
    r"|observe[sd]|attend(?:s|ed))\b",
    re.IGNORECASE,
)
SITTING = re.compile(
    r"\b(?:[Pp]lenary|[Pp]arty [Cc]ongress|Congress of (?:the )?WPK|[Pp]olitical [Bb]ureau|[Pp]olitburo)\b"
)
"""A report on one of the party's own meetings."""
NAME = re.compile(
    r"(?P<name>[A-Z][a-z]+(?:[ -][A-Z]?[a-z]+){1,2})(?=,| and\b|\s(?:issued|released|made|sent|on|Mon"
    r"|Tue|Wed|Thu|Fri|Sat|Sun))"
)
OFFICE = re.compile(
    r"\b(?:minister|vice-?\s?minister|director|department|chairman|chairperson|ambassador|secretary"
    r"|representative|chief|adviser|advisor|premier|president)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[a-z0-9\"”)])[.!?:](?:[\s,\"”]|$)|\n")
ABBREVIATED = re.compile(
    r"\b(?:Mt|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[Nn]o|Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|St|vs)$"
)
TAIL = re.compile(r"\s*-0-\s*$|\n\s*(?:More From|Share|Related)\b.*\Z", re.DOTALL)
CHANNELS = {
    "memorandum": "memorandum",
    "white paper": "memorandum",
    "detailed report": "memorandum",
    "notice": "notice",
    "public notice": "notice",
    "notification": "notice",
    "letter": "letter",
    "open letter": "letter",
    "message": "letter",
    "commentary": "commentary",
    "order": "order",
    "speech": "speech",
    "talk": "press-statement",
    "press statement": "press-statement",
    "information bulletin": "press-statement",
    "bulletin": "press-statement",
}
STATE_ORGANS = frozenset(
    {
        "dprk-government", "mfa", "mfa-spokesperson", "national-defence-commission", "state-affairs-commission",
        "central-military-commission", "supreme-command", "general-staff", "defence-ministry", "spa",
        "mt-kumgang-guidance-bureau", "kpa-panmunjom-mission", "wpk-central-committee",
    },
)  # fmt: skip
