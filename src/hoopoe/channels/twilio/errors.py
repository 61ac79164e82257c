"""Twilio's error codes: a closed table. Source: Twilio's error dictionary (facts; the words are ours).

Codes of one kind share their words where nothing more useful can be said about each. HTTP 429 stands in
the table for an answer without a code. What Twilio calls a fault of the channel is in doubt: it says so
after it had taken the message. People read the words beside a message that failed, so they promise nothing
that only a waiting message would keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.errors import Action, ErrorKind, ErrorRule, Words

# The HTTP status stands for a refusal that came without a code: none of Twilio's codes is one.
BUSY_STATUS: Final = 429
AWAY_SECONDS: Final = 1.0
WINDOW_CLOSED_CODE: Final = 63016
TOKEN_CODE: Final = 20003
NOT_FOUND_CODE: Final = 20404
CONTENT_CODE: Final = 63005
CONTENT_SID_CODE: Final = 21655

AWAY_TITLE: Final = Words("Twilio does not answer", "تويليو لا يستجيب")
AWAY: Final = Words(
    "The message could not be handed over to Twilio, so it did not leave. It is safe to send it again.",
    "تعذّر تسليم الرسالة إلى تويليو، فلم تُرسل. يمكن إرسالها من جديد دون أن تتكرر.",
)
BUSY: Final = Words(
    "There was more to send than Twilio or WhatsApp takes in a short time, and we are asked to slow down.",
    "كانت الرسائل أكثر مما يقبله تويليو أو واتساب في وقت قصير، ويُطلب منا أن نبطئ.",
)
DOUBT: Final = Words(
    "Twilio or WhatsApp had a fault with this message. Make sure that it did not arrive before sending it again.",
    "حدث خلل لدى تويليو أو واتساب مع هذه الرسالة. يُستحسن التأكد أنها لم تصل قبل إرسالها من جديد.",
)
TOKEN: Final = Words(
    "Twilio does not accept the account SID and auth token of this channel. Enter them anew, then send again.",
    "لا يقبل تويليو معرّف الحساب ورمز المصادقة لهذه القناة. أدخلهما من جديد ثم أعد الإرسال.",
)
SENDER: Final = Words(
    "Twilio cannot send WhatsApp messages from this number. Check the number among the senders in Twilio's console.",
    "لا يستطيع تويليو إرسال رسائل واتساب من هذا الرقم. راجعه بين المرسِلين في لوحة تويليو.",
)
ACCOUNT: Final = Words(
    "WhatsApp has restricted this business account or its number. Look into WhatsApp Manager for what it asks of you.",
    "قيّد واتساب حساب النشاط هذا أو رقمه. راجع مدير واتساب لمعرفة المطلوب.",
)
UNREACHABLE: Final = Words(
    "WhatsApp cannot reach this person: the number is wrong, or it is not on WhatsApp.",
    "لا يستطيع واتساب الوصول إلى هذا الشخص: الرقم خاطئ أو ليس على واتساب.",
)
NUMBER: Final = Words(
    "This is not a number that a message can be sent to. Check it digit by digit.",
    "هذا ليس رقمًا يمكن إرسال رسالة إليه. راجعه رقمًا رقمًا.",
)
CONTENT: Final = Words(
    "WhatsApp could not use something in this message. Change it and send it again.",
    "لم يقبل واتساب شيئًا في هذه الرسالة. عدّلها ثم أرسلها من جديد.",
)
MEDIA: Final = Words(
    "The file is larger than WhatsApp takes. Make it smaller and send it again.",
    "الملف أكبر مما يقبله واتساب. صغّره ثم أرسله من جديد.",
)
VARIABLES: Final = Words(
    "The values for this template do not fit its places in number or form. Fill it in again.",
    "قيم هذا القالب لا تطابق خاناته عددًا أو شكلًا. عبّئه من جديد.",
)


def _passing_rules() -> Iterator[ErrorRule]:
    """What goes away by itself, or is not known to have failed."""
    wait = Action.WAIT
    title = Words("Too much at once", "رسائل كثيرة في وقت قصير")
    for code, seconds in ((20429, 1.0), (63018, 6.0), (30001, 10.0)):
        yield ErrorRule(code, ErrorKind.RATE_LIMIT, title, BUSY, wait, retry_after=seconds, slows=True)
    yield ErrorRule(63017, ErrorKind.RATE_LIMIT, title, BUSY, wait, retry_after=6.0, growth=4.0)
    yield ErrorRule(BUSY_STATUS, ErrorKind.RATE_LIMIT, AWAY_TITLE, AWAY, wait, retry_after=AWAY_SECONDS, slows=True)
    for code in (20500, 63009, 63010, 63012):
        title = Words("A fault on the way", "خلل في الطريق")
        yield ErrorRule(code, ErrorKind.TRANSIENT, title, DOUBT, is_doubtful=True)


def _channel_rules() -> Iterator[ErrorRule]:
    """What is wrong with the channel: its token, its number, its business account."""
    fix = Action.FIX_CREDENTIALS
    title = Words("Auth token refused", "رُفض رمز المصادقة")
    yield ErrorRule(TOKEN_CODE, ErrorKind.AUTH, title, TOKEN, fix, stops=ReasonCode.WRONG_TOKEN)
    yield ErrorRule(
        63001,
        ErrorKind.AUTH,
        Words("WhatsApp refused Twilio", "رفض واتساب تويليو"),
        Words(
            "WhatsApp does not accept what Twilio sends for this number. Connect the number anew in Twilio's console.",
            "لا يقبل واتساب ما يرسله تويليو لهذا الرقم. اربط الرقم من جديد في لوحة تويليو.",
        ),
        Action.FIX_NUMBER,
        stops=ReasonCode.NUMBER_NOT_READY,
    )
    yield ErrorRule(
        NOT_FOUND_CODE,
        ErrorKind.AUTH,
        Words("Account not found", "الحساب غير موجود"),
        Words(
            "Twilio does not know this account with this token. Check both in the channel's settings.",
            "لا يعرف تويليو هذا الحساب مع هذا الرمز. راجع الاثنين في إعدادات القناة.",
        ),
        fix,
        stops=ReasonCode.ACCOUNT_NOT_FOUND,
    )
    title = Words("Number not ready", "الرقم غير جاهز")
    for code in (21703, 63007, 63008, 63022):
        yield ErrorRule(code, ErrorKind.ACCOUNT, title, SENDER, Action.FIX_NUMBER, stops=ReasonCode.NUMBER_NOT_READY)
    title = Words("Account restricted", "الحساب مقيّد")
    for code in (63020, 63051):
        yield ErrorRule(code, ErrorKind.ACCOUNT, title, ACCOUNT, Action.APPEAL, stops=ReasonCode.ACCOUNT_RESTRICTED)
    yield ErrorRule(
        63112,
        ErrorKind.ACCOUNT,
        Words("Account switched off", "الحساب معطّل"),
        Words(
            "Meta has switched this business account off. Nothing can be sent before Meta lifts that.",
            "عطّلت ميتا حساب النشاط هذا. لا يمكن إرسال شيء قبل أن ترفع ذلك.",
        ),
        Action.APPEAL,
        stops=ReasonCode.ACCOUNT_RESTRICTED,
    )
    yield ErrorRule(
        63038,
        ErrorKind.ACCOUNT,
        Words("Enough for today", "اكتمل حد اليوم"),
        Words(
            "The account has sent as many messages as Twilio lets it send in a day. Tomorrow it may send again.",
            "أرسل الحساب كل ما يسمح به تويليو في اليوم. يمكنه الإرسال من جديد غدًا.",
        ),
        Action.WAIT,
    )
    yield ErrorRule(
        11200,
        ErrorKind.ACCOUNT,
        Words("Our address was not reached", "لم يُوصل إلى عنواننا"),
        Words(
            "Twilio could not read from the address of this installation. Check that it is open to the internet.",
            "لم يستطع تويليو القراءة من عنوان هذا التثبيت. تحقق أنه متاح من الإنترنت.",
        ),
        Action.RETRY,
    )


def _recipient_rules() -> Iterator[ErrorRule]:
    """What stands against writing to this person."""
    for code in (21211, 21614):
        yield ErrorRule(code, ErrorKind.RECIPIENT, Words("Wrong number", "رقم خاطئ"), NUMBER)
    for code in (63003, 63024):
        title = Words("Cannot be delivered", "لا يمكن توصيلها")
        yield ErrorRule(code, ErrorKind.RECIPIENT, title, UNREACHABLE)
    yield ErrorRule(
        63015,
        ErrorKind.RECIPIENT,
        Words("Has not joined the sandbox", "لم ينضم إلى الرقم التجريبي"),
        Words(
            "This is Twilio's test number. The person has to send it the join code first.",
            "هذا رقم تويليو التجريبي. على الشخص أن يرسل إليه رمز الانضمام أولًا.",
        ),
        Action.FIX_NUMBER,
    )
    yield ErrorRule(
        63031,
        ErrorKind.RECIPIENT,
        Words("That is your own number", "هذا رقمك أنت"),
        Words("A number cannot write to itself.", "لا يستطيع الرقم أن يراسل نفسه."),
    )
    yield ErrorRule(
        63032,
        ErrorKind.RECIPIENT,
        Words("Held back by WhatsApp", "أوقفها واتساب"),
        Words(
            "WhatsApp does not let this message through to this person. Another try changes nothing.",
            "لا يسمح واتساب بوصول هذه الرسالة إلى هذا الشخص. إعادة المحاولة لا تغيّر شيئًا.",
        ),
    )
    yield ErrorRule(
        63033,
        ErrorKind.RECIPIENT,
        Words("Blocked", "محظور"),
        Words(
            "This person is blocked and gets no messages from this number.",
            "هذا الشخص محظور ولا تصله رسائل من هذا الرقم.",
        ),
    )
    yield ErrorRule(
        21610,
        ErrorKind.OPT_OUT,
        Words("Does not want messages", "لا يريد رسائل"),
        Words(
            "This person has told Twilio to stop your messages. Only the person can allow them again.",
            "طلب هذا الشخص من تويليو إيقاف رسائلكم. وحده يستطيع السماح بها من جديد.",
        ),
    )
    yield ErrorRule(
        63049,
        ErrorKind.POLICY,
        Words("Held back by WhatsApp", "أوقفها واتساب"),
        Words(
            "WhatsApp chose not to deliver this marketing message. Do not try again before tomorrow.",
            "اختار واتساب ألا يوصل هذه الرسالة التسويقية. لا تُعد المحاولة قبل الغد.",
        ),
        Action.WAIT,
    )


def _message_rules() -> Iterator[ErrorRule]:
    """What is wrong with one message."""
    edit = Action.EDIT_MESSAGE
    yield ErrorRule(
        WINDOW_CLOSED_CODE,
        ErrorKind.WINDOW_CLOSED,
        Words("The 24-hour window is shut", "انتهت مهلة 24 ساعة"),
        Words(
            "More than 24 hours have passed since this person wrote. WhatsApp now takes only an approved template.",
            "مرّت أكثر من 24 ساعة على آخر رسالة من هذا الشخص. لا يقبل واتساب الآن إلا قالبًا معتمدًا.",
        ),
        Action.SEND_TEMPLATE,
    )
    for code in (CONTENT_CODE, 63021, 63030):
        yield ErrorRule(code, ErrorKind.CONTENT, Words("Message not accepted", "لم تُقبل الرسالة"), CONTENT, edit)
    yield ErrorRule(
        21617,
        ErrorKind.CONTENT,
        Words("Message too long", "الرسالة طويلة"),
        Words("Twilio takes no text as long as this one. Shorten it.", "لا يقبل تويليو نصًا بهذا الطول. اختصره."),
        edit,
    )
    for code in (63013, 63026):
        yield ErrorRule(
            code,
            ErrorKind.POLICY,
            Words("Against WhatsApp's rules", "تخالف قواعد واتساب"),
            Words(
                "WhatsApp sees a breach of its rules in this message, or unwanted advertising. Do not send it again.",
                "يرى واتساب في هذه الرسالة مخالفة لقواعده أو إعلانًا غير مرغوب. لا تُعد إرسالها.",
            ),
        )
    for code in (63023, 63046, 63055):
        yield ErrorRule(
            code,
            ErrorKind.CONTENT,
            Words("Refused by WhatsApp", "رفضها واتساب"),
            Words(
                "WhatsApp refused this message and gave Twilio no code for the reason. Its own words are below.",
                "رفض واتساب هذه الرسالة ولم يذكر لتويليو رمزًا للسبب. كلماته كما وردت أدناه.",
            ),
            Action.RETRY,
        )
    for code in (11751, 63034):
        yield ErrorRule(code, ErrorKind.MEDIA, Words("The file is too large", "الملف كبير"), MEDIA, edit)
    yield ErrorRule(
        63019,
        ErrorKind.MEDIA,
        Words("The file was not fetched", "لم يُجلب الملف"),
        Words(
            "WhatsApp could not fetch the file of this message. Check that its address is open, then send it again.",
            "لم يستطع واتساب جلب ملف هذه الرسالة. تحقق أن عنوانه متاح ثم أعد إرسالها.",
        ),
        edit,
    )


def _template_rules() -> Iterator[ErrorRule]:
    """What is wrong with a template, or with how it was filled in."""
    words = {
        (CONTENT_SID_CODE, 63027): (
            Words("Template not found", "القالب غير موجود"),
            Words(
                "Twilio has no such template for this account in this language. Choose another.",
                "ليس لدى تويليو قالب كهذا لهذا الحساب بهذه اللغة. اختر غيره.",
            ),
        ),
        (21656, 63028, 92002, 92007, 92009): (
            Words("Template filled in wrongly", "تعبئة القالب غير صحيحة"),
            VARIABLES,
        ),
        (63040,): (
            Words("Template not submitted", "لم يُقدَّم القالب"),
            Words(
                "WhatsApp did not take this template for review. Change it and submit it again.",
                "لم يقبل واتساب هذا القالب للمراجعة. عدّله وقدّمه من جديد.",
            ),
        ),
        (63041,): (
            Words("Template paused", "القالب موقوف مؤقتًا"),
            Words(
                "WhatsApp paused this template because people did not like it. Improve it or choose another.",
                "أوقف واتساب هذا القالب مؤقتًا لضعف تقييمه. حسّنه أو اختر غيره.",
            ),
        ),
        (63042,): (
            Words("Template switched off", "القالب معطّل"),
            Words(
                "WhatsApp switched this template off for good. Make a new one.",
                "عطّل واتساب هذا القالب نهائيًا. أنشئ قالبًا جديدًا.",
            ),
        ),
    }
    for codes, (title, text) in words.items():
        for code in codes:
            yield ErrorRule(code, ErrorKind.TEMPLATE, title, text, Action.EDIT_MESSAGE)


RULES: Final = {
    rule.code: rule
    for rules in (_passing_rules, _channel_rules, _recipient_rules, _message_rules, _template_rules)
    for rule in rules()
}
