"""The words of time in English, Korean and Japanese: patterns and tables only, for ``dates``."""

from __future__ import annotations

import re

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
        ],
    )
} | {"a": 1, "an": 1, "several": 0, "few": 0}
UNITS = {"day": 1, "week": 7}
FEASTS = {
    "new year's day": (1, 1),
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "new year's eve": (12, 31),
    "at new year": (1, 1),
    "on new year": (1, 1),
}

MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
COUNT = r"(?:\d{1,2}|" + "|".join(NUMBERS) + ")"
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINAL = "(?:" + "|".join(ORDINALS) + ")"
YEARS_ON = re.compile(
    rf"\b({'|'.join(NUMBERS)})\s(?:years?|summers|winters|springs|autumns)\s(?:on|later|after|since)\b", re.IGNORECASE
)
ENGLISH = re.compile(
    rf"""\b(?:
    (?P<iso>(?:19|20)\d\d-\d\d-\d\d)
  | (?P<month1>{MONTH})\s(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|,\d{{3}})(?:,?\s(?P<year1>(?:19|20)\d\d))?
  | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month2>{MONTH})\b(?:,?\s(?P<year2>(?:19|20)\d\d))?
  | (?P<shift>last|past|this|next|coming)\s(?P<weekday1>{WEEKDAY})
  | (?P<weekday2>{WEEKDAY})(?P<ago>\slast)?
  | (?P<feast>new\syear['’]s\s(?:day|eve)|(?:at|on)\snew\syear(?!['’])|christmas\s(?:eve|day))
  | (?P<month3>{MONTH})(?:,?\s(?:of\s)?(?P<year3>(?:19|20)\d\d|this\syear|last\syear))
  | (?P<bare>(?:in|last|this|since|of)\s(?:early\s|late\s|mid-)?(?P<month4>{MONTH}))(?!\s\d)
  | (?P<near>yesterday|today|tonight|overnight)
  | (?P<sameday>(?:the|that)\ssame\sday|that\sday|(?:earlier|later)\sin\sthe\sday)
  | (?P<dayoff>(?:the|a|one)\s(?:previous\sday|day\s(?:before|earlier|ago|later)|(?:next|following)\sday
      |day\safter(?=[,.]|\sthat)))
  | (?:by|on|at|before|for)\s(?:the|its|their)\s(?P<anniversary>{ORDINAL})\sanniversary
      (?!\sof\s(?!the\s(?:summit|meeting|handshake|talks)))
  | (?P<lag>{COUNT})\s(?P<lagunit>days?|weeks?)\safter(?=\s(?!that\b|which\b|this\b|day\b))
  | (?P<count>{COUNT})\s(?P<unit>days?|weeks?|months?|years?)\s(?P<sense>ago|earlier|before|later|after)
  | (?P<thismonth>(?:earlier\s|later\s)?(?:this|last)\s(?:month|year))
  | in\s(?:early\s|late\s|mid-)?(?P<year4>(?:19|20)\d\d)
  )\b""",
    re.VERBOSE | re.IGNORECASE,
)
KOREAN = re.compile(
    r"""(?:(?P<kyear>(?:19|20)\d\d)년\s?)?(?:(?P<kmonth>\d{1,2})월\s?)(?:(?P<kday>\d{1,2})일)?
  | (?:(?P<krel>지난달|이달|지난)\s)?(?<![\d년월])(?P<kday2>\d{1,2})일(?!간|째|정|\s?동안)
  | (?P<konly>(?:19|20)\d\d)년(?!\s?\d{1,2}월)
  | (?P<knear>이날|오늘|어제|전날)""",
    re.VERBOSE,
)
JAPANESE = re.compile(
    r"""(?:(?P<kyear>(?:19|20)\d\d)年)?(?P<kmonth>\d{1,2})月(?:(?P<kday>\d{1,2})日(?!間|目))?
  | (?P<krel>先月|今月)?(?<![\d年月・])(?P<kday2>\d{1,2})日(?!間|目|程|連続)
  | (?P<knear>同日|この日|きょう|今日|きのう|昨日)""",
    re.VERBOSE,
)
FUTURE = re.compile(
    r"(?:until|till|through|since|before|after|next|coming|from|starting|due|by the end of)\s+(?:\w+\s)?$",
    re.IGNORECASE,
)
DATELINE = re.compile(
    rf"""^[^\n]{{0,90}}?(?:,|/|\.|—|\b)\s*(?:(?P<m>{MONTH})\s(?P<d>\d{{1,2}})(?:,?\s(?P<y>(?:19|20)\d\d))?)
    \.?\s*(?:\([^()\n]{{2,40}}\)\s*[-–—]{{1,3}}|[-–—]{{1,3}}\s)""",
    re.VERBOSE | re.MULTILINE,
)
JUCHE = re.compile(r"\bJuche\s?(\d{2,3})\b", re.IGNORECASE)
WASHINGTON = re.compile(
    r"(?:evening|night|afternoon)[,\s]+(?:\w+\s){0,2}(?:Washington|Eastern|U\.S\.|local)\b", re.IGNORECASE
)
