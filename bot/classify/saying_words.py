"""The English words of saying and the nouns for those who say: patterns only, for ``subjects``."""

from __future__ import annotations

import re

SAYING = (
    "said|says|say|saying|told|tells|telling|adds?|added|adding|warn(?:s|ed|ing)?|call(?:s|ed|ing)?"
    "|urge[sd]?|urging|(?:put|puts|placed|went) on (?:the )?record"
    "|refuse[sd]?|refusing"
    "|order(?:s|ed|ing)|instruct(?:s|ed)|advise[sd]|addressed|praise[sd]|put out|wrote|writes|writing"
    "|repl(?:y|ies|ied|ying)|respond(?:s|ed)?|announce[sd]?|declare[sd]?|declaring|insist(?:s|ed"
    "|ing)?|stress(?:es|ed|ing)?|not(?:es|ed|ing)"
    "|remark(?:s|ed)?|quip(?:s|ped)?|joke[sd]?|tweet(?:s|ed)?|post(?:s|ed)|ask(?:s|ed)?|claim(?:s|ed"
    "|ing)?|argue[sd]?|arguing|promise[sd]?"
    "|promising|vow(?:s|ed|ing)?|threaten(?:s|ed|ing)?|den(?:y|ies|ied|ying)|accuse[sd]?|accusing"
    "|condemn(?:s|ed|ing)?|denounce[sd]?"
    "|denouncing|describe[sd]?|describing|dismiss(?:es|ed|ing)?|reject(?:s|ed|ing)?|propose[sd]?"
    "|proposing|offer(?:s|ed|ing)?"
    "|express(?:es|ed|ing)?|voice[sd]|reaffirm(?:s|ed)?|recall(?:s|ed)?|explain(?:s|ed)?"
    "|continue[sd]?|went on|goes on|go on|complain(?:s|ed)?"
    "|sigh(?:s|ed)|reveal(?:s|ed)|conced(?:es|ed)|suggest(?:s|ed|ing)?|predict(?:s|ed)?|point(?:s|ed"
    "|ing) out|spoke of|speaks of|speaking of"
    "|put it|puts it|ran|runs|read out|assure[sd]?|assuring|appeal(?:s|ed)|pledge[sd]?|pledging"
    "|boast(?:s|ed)?|snarl(?:s|ed)?|mock(?:s|ed)?"
    "|slam(?:s|med)?|blast(?:s|ed)?|hail(?:s|ed)?|welcome[sd]?|criticiz(?:es?|ed|ing)|criticis(?:es?"
    "|ed|ing)|blame[sd]?|blaming|label(?:s|l?ed)"
    "|dub(?:s|bed)|brand(?:s|ed)|term(?:s|ed)|demand(?:s|ed|ing)?|state[sd]|stating|maintain(?:s"
    "|ed)?|hint(?:s|ed)?|signal(?:s|ed|led)?"
    "|observe[sd]|acknowledge[sd]?|admit(?:s|ted)?|confirm(?:s|ed)?|underscore[sd]?|underlin(?:es"
    "|ed)|emphasi[sz]e[sd]?|comment(?:s|ed)?"
    "|used|uses|cite[sd]?|mention(?:s|ed)?|summed up|sums it up|conclude[sd]?|grumbl(?:es|ed)"
    "|rul(?:es|ed) out|sees|saw|had found|found"
    "|has declared|quoted as saying|begged|begging|sniffed|confides|confided|shouts|shouted|hit back"
    "|named|wanted|noticed|feared|hopes?|hoped"
    "|reported|reports|report|chant(?:s|ed)?|rail(?:s|ed)|opin(?:es|ed)|reiterat(?:es|ed|ing)"
    "|affirm(?:s|ed)|asserts?|asserted|alleg(?:es|ed)"
    "|lambast(?:es|ed)|rebuk(?:es|ed)|scold(?:s|ed)|taunt(?:s|ed)|ridicul(?:es|ed)|derid(?:es|ed)|jeer(?:s|ed)|sneer(?:s|ed)|rebuff(?:s|ed)"
    "|shrugg?(?:s|ed)|bristl(?:es|ed)|reminded"
    "|believe[sd]?|thinks?|thought|reckon(?:s|ed)|caution(?:s|ed)|scoff(?:s|ed)|drone[sd]|muse[sd]|counter(?:s|ed)"
    "|retort(?:s|ed)|protest(?:s|ed)|fume[sd]|rage[sd]|thunder(?:s|ed)|crow(?:s|ed)|laugh(?:s|ed)|shrug(?:s|ged)"
    "|mutter(?:s|ed)|whisper(?:s|ed)|ventur(?:es|ed)|speculat(?:es|ed)|contend(?:s|ed)|testif(?:ies|ied)|recount(?:s|ed)"
    "|agree[sd]|object(?:s|ed)|gush(?:es|ed)|lament(?:s|ed)|deadpan(?:s|ned)|chuckle[sd]|judge[sd]|guess(?:es|ed)"
    "|turn(?:s|ed) down|br(?:ush|ushes|ushed) (?:aside|off)|swip(?:es|ed)|hit(?:s)? out|hits back|fir(?:es|ed) back"
    "|made public|issued|released|let it be known|made the (?:remarks?|comments?|statement|speech)"
    "|(?:is|was) dated|spoke"
)
VERB = re.compile(rf"\b(?:{SAYING})\b|(?:(?<=[*•]\s)|(?<=\n))(?i:{SAYING})\b")
"""A verb of saying; with a capital only where a bullet or a line begins with it."""
ACCORDING = re.compile(r"\b(?:[Aa]ccording to|[Ii]n the words of|\b[Aa]s quoted by|[Ww]ords are those of)\s")
OWN_WORDS = re.compile(r"\b(?:[Bb]y (?:his|her) own (?:words|account)|[Ii]n (?:his|her) (?:own )?words)\b")
WEAK_VERBS = frozenset(
    [
        "used",
        "uses",
        "found",
        "saw",
        "sees",
        "named",
        "wanted",
        "spoke",
        "dated",
        "issued",
        "released",
        "ran",
        "runs",
        "noticed",
        "hopes",
        "hope",
        "hoped",
        "feared",
        "believes",
        "believe",
        "believed",
        "thinks",
        "think",
        "thought",
        "agrees",
        "agreed",
        "judges",
        "judged",
        "guess",
        "guesses",
        "guessed",
        "mention",
    ]
)
OFFICIAL = (
    "(?:secretary[- ]general|vice[- ]minister|minister|envoy|ambassador|president|leader|chairman"
    "|chairwoman|director|secretary|diplomat"
    "|negotiator|general|adviser|advisor|premier|chancellor|representative|pointman|marshal|delegate"
    "|chief|official|aide|vice director"
    "|spokes(?:man|woman|person)|republican|democrat|conservative|prime minister|sister|commander"
    "|head|emissary|deputy|strongman|dictator|ruler)"
)
DOCUMENT = (
    "(?:statement|warning|ministry|text|dispatch|commentary|article|letter|agency|department"
    "|message|declaration|communiqué|government|commission|paper)"
)
EXPERT = (
    "(?:experts?|analysts?|professors?|scholars?|lecturers?|researchers?|fellows?|economists?"
    "|engineers?|doctors?|physicians?|inspectors?"
    "|officers?|lawyers?|lawmakers?|legislators?|reporters?|correspondents?|columnists?|authors?"
    "|critics?|observers?|sources?|residents?|supporters?"
    "|activists?|students?|teachers?|colleagues?|barbers?|owners?|daughters?|mothers?|fathers?"
    "|historians?|strategists?|specialists?"
    "|forecasters?|consultants?|investigators?|commentators?|pundits?|defectors?|refugees?|fans?"
    "|writers?|directors?|members?"
    "|employees?|academics?|scientists?|wags?|traders?|officials?|diplomats?|ambassadors?"
    "|negotiators?|envoys?|generals?|spies|spy|spokes(?:man|woman|person)"
    "|politicians?|ministers?|presidents?|secretar(?:y|ies)|advisers?|advisors?|aides?|one|man|woman"
    "|people|person|chairman|chairwoman|union|group"
    "|firms?|bank|agency|miller|footballers?|players?|captain|coach|manager|stylist|designer|worker"
    "|farmer|trader|soldier|guard|priest|monk|bishop"
    "|villager|tourist|guide|customer|neighbou?rs?|friend|brother|son|wife|husband|foundation"
    "|think tank|newspaper|daily|full-back|character|novelist)"
)
INDEFINITE = re.compile(
    rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother|[Ss]ome|[Ss]everal|[Mm]any|[Mm]ost|[Ff]ew|[Tt]wo|[Tt]hree|[Ff]our"
    rf"|[Oo]ther|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Mm]y"
    rf"|[a-z][\w-]*['’]s)\s(?!day\b|week\b|month\b|year\b)(?:of\s(?:the|his|her|its)\s)?"
    rf"(?:(?!(?:the|that|said|says|told|who|was|is|had|has|after|before|as"
    rf"|but)\b)[\w'’.&-]+\s){{0,5}}?{EXPERT}\b(?!['’]s)",
)
_PERSONLESS = (
    rf"(?:days?|weeks?|months?|years?|moments?|minutes?|hours?|decades?|few|{DOCUMENT}|answer|reply|response"
    r"|speech|report|interview|post|tweet|summit|meeting|visit|test|launch|offer|deal|call|editorial|memo|note)"
)
ANYBODY = re.compile(
    rf"\W*(?:(?:But|And|Yet|Still|Even|Only),?\s)?(?P<who>(?:An?|Another|My|Our)\s(?!{_PERSONLESS}\b)"
    rf"(?:(?!{_PERSONLESS}\b)[a-z][\w'’-]*\s){{1,5}}?)(?=(?:who|in|at|on|of|from|with|near|has|had|was|is|called|calls|put"
    rf"|puts|{SAYING})\b)"
)
"""Somebody without a name whom a sentence begins with: "A waiter in the lobby had", "My neighbour says"."""
AHEAD = re.compile(
    rf"[\s,.\"'”’»—–-]*(?P<who>(?:[Aa]n?|[Aa]nother|[Mm]y|[Oo]ur|[Oo]ne)\s(?:(?!{_PERSONLESS}\b)[\w'’.-]+\s){{0,7}}"
    rf"(?!{_PERSONLESS}\b)[\w'’-]+)\s(?:\w+ly\s|also\s|has\s|had\s)?"
)
"""The same between a quotation and its verb: "“…,” a Seoul-based podcaster said"."""
SOMEBODY = re.compile(
    rf"\s(?P<who>(?:an?\s(?:former|retired|veteran|onetime|ex-\w+)\s(?:[\w'’.-]+\s?){{1,6}}?|(?:an?|another|my|our|his|her|their|some|two|several)\s(?!{_PERSONLESS}\b)"
    rf"(?:(?!{_PERSONLESS}\b|{OFFICIAL}\b)[\w'’.-]+\s?){{1,6}}?))(?=[.,;:]|\s(?:who|in|at|from|of|with|on|for|and|near)\b|$)"
)
"""Somebody without a name behind an inverted verb: "said a bookseller from", "according to my driver"."""
SISTER = re.compile(r"\b(?:Kim(?:\s[Jj]ong[- ][Uu]n)?|[Ll]eader)['’]s\s(?:[a-z]+\s){0,2}sister\b")
"""The leader's sister, whom the possessive does not make him."""
PLURAL = re.compile(
    r"\b(?:experts|analysts|critics|observers|sources|specialists|scholars|officials|lawmakers"
    r"|residents|activists|diplomats|students of [\w ]{3,20}"
    r"|historians|supporters|conservatives)\b",
    re.IGNORECASE,
)
LINKS = r"(?!(?:the|an?|to|of|and|said|says|told|that|in|on|with|by|who|was|is|had|has|for|from|at|as|but)\b)"
DEFINITE = re.compile(
    rf"\b(?:the|this|that"
    rf"|our)\s(?:{LINKS}[\w'’.-]+\s){{0,4}}?(?:(?P<who>{OFFICIAL}(?:\s(?:{LINKS}[\w'’.-]+\s){{0,2}}{OFFICIAL})?)"
    rf"|(?P<doc>{DOCUMENT})|(?P<expert>{EXPERT}))\b(?!['’]s)",
    re.IGNORECASE,
)
PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey)\b")
CAPITALS = re.compile(
    r"\b(?:(?:Professor|Prof\.|Dr\.?|Mr\.?|Mrs\.?|Ms\.?|Gen\.|Inspector|Judge|Father"
    r"|Sir)\s)?[A-Z](?:[a-z-]|['’](?!s\b))+(?:\s(?:[A-Z]\.\s)?[A-Z](?:[a-zA-Z-]|['’](?!s\b))+){1,2}\b(?!['’]s)",
)
NOT_NAMES = re.compile(
    r"^(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May"
    r"|June|July|August|September|October|November"
    r"|December|The|In|On|At|But|And|North|South|New|White|United|Security|General|Supreme|Central"
    r"|Foreign|State|Workers|Korean|Christmas|World"
    r"|Blue|National|Joint|Pacific|East|West|Asia|Asian|Free|Nobel|Liberation|Day|House|Council"
    r"|Assembly|Committee|Party|Ministry|Winter|Olympic)\b",
)
FORMER = re.compile(r"\b(?:former|ex-|retired|then|onetime|one-time)\b", re.IGNORECASE)
OFFICIAL_HEAD = re.compile(r"\b(?:officials?|spokes(?:man|woman|person)|delegates?|aides?)$", re.IGNORECASE)
VOICE = re.compile(r"\s*(?:spokes(?:man|woman|person)|officials?)\b")
POSSESSED = re.compile(
    r"['’]s?\s+(?:[\w-]+\s){0,3}?(?:statements?|remarks?|comments?|words|message|warnings?|text|letter"
    r"|answer|speech|response|reply|office|ministry|government"
    r"|foreign ministry|account)\b",
)
AUX = re.compile(
    r"^[\s,]*(?:(?:has|have|had|is|was|were|also|then|later|earlier|again|then|once|never|not|who"
    r"|which|that|has been|was left to|to|would|did|does"
    r"|could|will|may|might|recently|reportedly|apparently|repeatedly|once more|publicly|on \w+day"
    r"|\w+ly|\w+day|himself|herself|itself|went|came"
    r"|left|quoted|as|in turn|too|even|just|only|even so|nevertheless|meanwhile|today|yesterday"
    r"|this week|last week|last month)[\s,]+)*$",
    re.IGNORECASE,
)
SURNAME = re.compile(
    r"\b(?:Kim|Ri|Pak|Park|Choe|Choi|Jo|Cho|Han|Jang|Yun|Yoon|Kang|Lee|Chung|Song|Hwang|Paek|Sin|Shin"
    r"|Ro|Roh|Moon|Jong)\b(?!['’]s|\s[A-Z])"
)
NOUNLIKE = re.compile(
    r"(?:remark|comment|report|offer|claim|call|promise|demand|name|signal|post|reject|note|hope|use"
    r"|read|run|term|brand|state|pledge|warning|hail|mention|order)s?$"
)
BEFORE_NOUN = re.compile(
    r"(?:\b(?:the|an?|his|her|their|its|our|of|latest|new|recent|no|any|such|these|those|this|that"
    r"|early|more|for|to|with|from|in|by)|['’]s?)\s(?:\w+\s)?$",
)
PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being|be)\s(?:\w+ly\s|first\s|also\s|then\s|later\s)?$")
NOBODY = re.compile(
    r"\b(?:you|I|we|to be)\s(?:used\sto\s)?$|\b(?:seem(?:s|ed)\sto|appear(?:s|ed)\sto|as\sif\sto"
    r"|(?:might|could)(?:\sas\swell)?\shave)\s$"
)
OF_OFFICE = re.compile(
    r"\b(?:[Ss]ecretary|[Mm]inister|[Pp]resident|[Cc]hairman|[Dd]irector|[Hh]ead|[Cc]hief"
    r"|[Dd]epartment|[Ss]peaker) (?:of|for) (?:the )?[\w ]*$"
)
TIME = re.compile(
    r"\d|day\b|\b(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|week|month|year)\b",
    re.IGNORECASE,
)
RELATIVE = re.compile(r"\bwho(?:\s(?:on \w+|in \w+|has|had|have|also|later|then|at [\w\s]{1,25}|\w+ly)){0,3}\s$")
PREPOSITION = re.compile(
    r"\b(?:of|with|to|from|against|toward|towards|on|for|about|between|than|by|at|in|like|over"
    r"|into)\s(?:the\s|an?\s)?(?P<between>(?:(?!(?:the|an?|which|that|who|whom)\b)[\w.'’-]+\s){0,3})$",
    re.IGNORECASE,
)
OPENING = re.compile(r"\W*(?:At|In|On|During|Before|After)\s(?:[a-z’'-]+\s|\d+\s){1,9}")
"""A sentence's opening phrase up to a name: "At a plenary of the ruling party Kim Jong Un said"."""
DETERMINER = re.compile(r"(?:the|an?|his|her|their|its)\b", re.IGNORECASE)
EXPLAINED = re.compile(r"\s(?:to|of|at|in|for|on)\s(?:the\s)?[\w.’' ]{1,30},\s?")
"""Between a title and the name that explains it: "the ambassador to the UN, Kim Song"."""
SO_CALLED = re.compile(r"(?:called|dubbed|named|termed|branded|labell?ed)(?:\s[A-Z][\w’'-]*){1,4},")
"""Behind a comma these name a thing ("the drill, called Vigilant Storm") and say nothing."""
APPOSED = re.compile(r",|\s(?:of|for|in|to|at|on|who|whose|since)\b")
"""What goes on behind a title that only explains the name before it."""
ANTECEDENT = re.compile(
    r",?\s(?:who|which)(?:\s(?:[Oo]n|[Ii]n|[Aa]t)\s[\w\s]{1,25}?|\s(?:has|had|have|also|later|then|once)|\s\w+ly){0,4}\s$"
)
"""Between the one whom a relative clause tells of and its verb: "Sullivan, who on Sunday had called"."""
THING = re.compile(r"(?<!statement)(?<!remarks)(?<!ministry)(?<!agency),\swhich\s(?:had|has)\s$")
"""A relative clause about something that is not known to speak: "the South's military, which had said"."""
THEIRS = re.compile(r"\b(?:its|their|his|her)\s", re.IGNORECASE)
