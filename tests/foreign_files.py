"""One small questionnaire as LimeSurvey, XLSForm, SurveyJS and Qualtrics write it.

It holds, in bokmål and English: a group of two statements answered by degrees of agreement, a
question with one answer, one with several, asked only of those who chose the first answer before,
one from 0 to 10, and a text to write, which no form of ours has.
"""

import io
import json

import xlsxwriter

TITLE = {"nb": "Trivsel", "en": "Well-being"}
DEGREES = [
    ("A1", {"nb": "Helt uenig", "en": "Strongly disagree"}),
    ("A2", {"nb": "Nokså uenig", "en": "Tend to disagree"}),
    ("A3", {"nb": "Verken enig eller uenig", "en": "Neither agree nor disagree"}),
    ("A4", {"nb": "Nokså enig", "en": "Tend to agree"}),
    ("A5", {"nb": "Helt enig", "en": "Strongly agree"}),
    ("A6", {"nb": "Vet ikke / ikke relevant", "en": "Don't know / not relevant"}),
]
ABOVE = {"nb": "Hvor enig er du?", "en": "How much do you agree?"}
ROWS = [
    ("r1", {"nb": "Jeg trives.", "en": "I am doing well."}),
    ("r2", {"nb": "Vi hjelper hverandre.", "en": "We help each other."}),
]
ONE = {"nb": "Hvor arbeider du?", "en": "Where do you work?"}
PLACES = [
    ("ute", {"nb": "Ute", "en": "Outside"}),
    ("inne", {"nb": "Inne", "en": "Inside"}),
    ("vil", {"nb": "Ønsker ikke å svare", "en": "Prefer not to answer"}),
]
SEVERAL = {"nb": "Hva trenger du der?", "en": "What do you need there?"}
HELP = {"nb": "Flere svar er mulig.", "en": "Several answers are possible."}
THINGS = [("lys", {"nb": "Lys", "en": "Light"}), ("ro", {"nb": "Ro", "en": "Quiet"})]
BEFORE = {"nb": "Til slutt:", "en": "Finally:"}
NUMBERS = {"nb": "Hvordan går det?", "en": "How are you?"}
WRITTEN = {"nb": "Vil du si mer?", "en": "Anything else?"}

ITEMS, OPTIONS = 5, 6 + 6 + 3 + 2  # the row of numbers has none of its own
QUESTIONS = {"limesurvey": 6, "limesurvey 3": 6, "xlsform": 7, "surveyjs": 6, "qualtrics": 6}


def files():
    """Return every file by the name of its format: its own name and its bytes."""
    return {
        "limesurvey": ("trivsel.lss", limesurvey()),
        "limesurvey 3": ("trivsel.lss", limesurvey(old=True)),
        "xlsform": ("trivsel.xlsx", xlsform()),
        "surveyjs": ("trivsel.json", surveyjs()),
        "qualtrics": ("trivsel.qsf", qualtrics()),
    }


def _table(name, rows):
    cells = "".join(
        "<row>"
        + "".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items())
        + "</row>"
        for row in rows
    )
    return f"<{name}><fields/><rows>{cells}</rows></{name}>"


class _Lime:
    def __init__(self):
        self.questions, self.words, self.answers, self.labels = [], [], [], []

    def add(self, kind, title, text, *, more=None, relevance="1", parent=0):
        qid = len(self.questions) + 1
        row = {"qid": qid, "parent_qid": parent, "sid": 7, "gid": 1, "type": kind, "title": title}
        row |= {"question_order": qid, "relevance": relevance, "other": "N", "scale_id": 0}
        self.questions.append(row)
        for language, words in text.items():
            told = {"qid": qid, "question": words, "language": language}
            self.words.append(told | {"help": (more or {}).get(language, "")})
        return qid

    def offer(self, qid, options):
        for order, (code, label) in enumerate(options):
            aid = len(self.answers) + 1
            self.answers.append(
                {"aid": aid, "qid": qid, "code": code, "sortorder": order, "scale_id": 0}
            )
            for language, words in label.items():
                self.labels.append({"aid": aid, "answer": words, "language": language})


def limesurvey(*, old=False, text=ONE, codes=("q1", "q2", "q3", "q4")):
    """Write a survey; `old` as version 3 did, with the words in the rows themselves."""
    grid, one, several, numbers = codes
    lime = _Lime()
    qid = lime.add("F", grid, ABOVE)
    lime.offer(qid, DEGREES)
    for code, words in ROWS:
        lime.add("T", code, words, parent=qid)
    lime.offer(lime.add("L", one, text), PLACES)
    qid = lime.add("M", several, SEVERAL, more=HELP, relevance=f'(({one}.NAOK == "ute"))')
    for code, words in THINGS:
        lime.add("T", code, words, parent=qid)
    lime.add("X", "x1", BEFORE)
    lime.add("B", numbers, {})
    lime.add("T", "n", NUMBERS, parent=lime.questions[-1]["qid"])
    lime.add("T", "q5", WRITTEN)
    tables = _new_tables(lime) if not old else _old_tables(lime)
    titles = [{"surveyls_language": one, "surveyls_title": text} for one, text in TITLE.items()]
    return (
        '<?xml version="1.0" encoding="UTF-8"?><document>'
        "<LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>490</DBVersion>"
        "<languages><language>nb</language><language>en</language></languages>"
        f"{tables}{_table('surveys_languagesettings', titles)}</document>"
    ).encode()


def _new_tables(lime):
    return (
        _table("groups", [{"gid": 1, "group_order": 1, "grelevance": ""}])
        + _table("questions", lime.questions)
        + _table("question_l10ns", lime.words)
        + _table("answers", lime.answers)
        + _table("answer_l10ns", lime.labels)
    )


def _old_tables(lime):
    words = {(one["qid"], one["language"]): one for one in lime.words}
    both = [
        row | words.get((row["qid"], language), {"language": language})
        for row in lime.questions
        for language in TITLE
    ]
    labels = {(one["aid"], one["language"]): one["answer"] for one in lime.labels}
    answers = [
        {key: value for key, value in row.items() if key != "aid"}
        | {"answer": labels[row["aid"], language], "language": language}
        for row in lime.answers
        for language in TITLE
    ]
    groups = [{"gid": 1, "group_order": 1, "language": one, "description": ""} for one in TITLE]
    return (
        _table("groups", groups)
        + _table("questions", [row for row in both if not row["parent_qid"]])
        + _table("subquestions", [row for row in both if row["parent_qid"]])
        + _table("answers", answers)
    )


def workbook(sheets):
    """Write a workbook of texts, sheet by sheet, each a list of rows."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for across, row in enumerate(rows):
                for down, text in enumerate(row):
                    write = sheet.write_formula if text.startswith("=") else sheet.write_string
                    write(across, down, text)
    return made.getvalue()


def xlsform(*, text=ONE, names=("q2", "q3")):
    """Write a form with its choices and settings."""
    one, several = names
    labels = ["label::Norsk bokmål (nb)", "label::English (en)"]
    hints = ["hint::Norsk bokmål (nb)", "hint::English (en)"]

    def row(kind, name, words, *, more=None, only="", look="", numbers=""):
        told = [words.get("nb", ""), words.get("en", "")]
        helped = [(more or {}).get("nb", ""), (more or {}).get("en", "")]
        return [kind, name, *told, *helped, only, look, numbers]

    survey = [
        ["type", "name", *labels, *hints, "relevant", "appearance", "parameters"],
        row("begin_group", "q1", ABOVE, look="field-list"),
        *(row("select_one grad", code, words, look="likert") for code, words in ROWS),
        row("end_group", "", {}),
        row("select_one sted", one, text),
        row("select_multiple ting", several, SEVERAL, more=HELP, only=f"${{{one}}} = 'ute'"),
        row("note", "x1", BEFORE),
        row("range", "q4", NUMBERS, numbers="start=0 end=10 step=1"),
        row("text", "q5", WRITTEN),
    ]
    choices = [["list_name", "name", *labels]]
    for name, options in (("grad", DEGREES), ("sted", PLACES), ("ting", THINGS)):
        choices += [[name, code, words["nb"], words["en"]] for code, words in options]
    settings = [["form_title", "default_language"], [TITLE["nb"], "Norsk bokmål (nb)"]]
    return workbook({"survey": survey, "choices": choices, "settings": settings})


def surveyjs(*, text=ONE, names=("q2", "q3"), **more):
    """Write a survey of one page."""
    one, several = names

    def words(text):
        return {"default": text["nb"], "en": text["en"]}

    def values(options):
        return [{"value": code, "text": words(label)} for code, label in options]

    elements = [
        {"type": "matrix", "name": "q1", "title": words(ABOVE), "columns": values(DEGREES),
         "rows": values(ROWS)},
        {"type": "radiogroup", "name": one, "title": words(text), "choices": values(PLACES)},
        {"type": "checkbox", "name": several, "title": words(SEVERAL), "choices": values(THINGS),
         "description": words(HELP), "visibleIf": f"{{{one}}} = 'ute'"},
        {"type": "html", "name": "x1", "html": words(BEFORE)},
        {"type": "rating", "name": "q4", "title": words(NUMBERS), "rateMin": 0, "rateMax": 10},
        {"type": "comment", "name": "q5", "title": words(WRITTEN)},
    ]  # fmt: skip
    survey = {"title": words(TITLE), "pages": [{"name": "p1", "elements": elements}]}
    return json.dumps(survey | more).encode()


def qualtrics(*, text=ONE, tags=("q2", "q3")):
    """Write a survey whose first language is bokmål."""
    questions = []

    def ask(kind, selector, tag, text, **more):
        key = f"QID{len(questions) + 1}"
        payload = {"QuestionText": text["nb"], "QuestionType": kind, "Selector": selector}
        payload |= {"DataExportTag": tag, "QuestionID": key, "Language": {}}
        english = {"QuestionText": text["en"]}
        for name, order in (("Choices", "ChoiceOrder"), ("Answers", "AnswerOrder")):
            if options := more.pop(name, None):
                keys = [str(number) for number in range(1, len(options) + 1)]
                pairs = list(zip(keys, options, strict=True))
                payload[name] = {one: {"Display": label["nb"]} for one, (_, label) in pairs}
                english[name] = {one: {"Display": label["en"]} for one, (_, label) in pairs}
                payload[order] = keys
        payload["Language"] = {"EN": english}
        questions.append(payload | more)

    ask("Matrix", "Likert", "q1", ABOVE, Choices=ROWS, Answers=DEGREES, SubSelector="SingleAnswer")
    ask("MC", "SAVR", tags[0], text, Choices=PLACES)
    only = {
        "LogicType": "Question", "QuestionID": "QID2", "Operator": "Selected",
        "ChoiceLocator": "q://QID2/SelectableChoice/1", "Type": "Expression",
    }  # fmt: skip
    logic = {"0": {"0": only, "Type": "If"}, "Type": "BooleanExpression", "inPage": False}
    ask("MC", "MAVR", tags[1], SEVERAL, Choices=THINGS, DisplayLogic=logic)
    ask("DB", "TB", "x1", BEFORE)
    ask("MC", "NPS", "q4", NUMBERS)
    ask("TE", "ML", "q5", WRITTEN)
    elements = [{"Element": "SQ", "PrimaryAttribute": one["QuestionID"], "Payload": one}
                for one in questions]  # fmt: skip
    ids = [{"Type": "Question", "QuestionID": one["QuestionID"]} for one in questions]
    block = {"Type": "Default", "ID": "BL_1", "BlockElements": ids}
    flow = {"Type": "Root", "Flow": [{"Type": "Standard", "ID": "BL_1", "FlowID": "FL_2"}]}
    elements += [{"Element": "BL", "Payload": [block]}, {"Element": "FL", "Payload": flow}]
    entry = {"SurveyName": TITLE["nb"], "SurveyLanguage": "NO"}
    return json.dumps({"SurveyEntry": entry, "SurveyElements": elements}).encode()
