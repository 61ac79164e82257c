"""Meta's error codes: a closed table. Source: Meta, support/error-codes (facts; the words are ours).

Codes of one kind share their words where nothing more useful can be said about each. HTTP 429 and 503 stand
in the table for a provider that is away. People read the words beside a message that failed, so they promise
nothing that only a waiting message would keep.
"""

from __future__ import annotations

from collections.abc import Iterator

from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.errors import Action, ErrorKind, ErrorRule, Words

# HTTP statuses stand for a refusal that came without a code, or before it: none of Meta's codes is one of them.
WINDOW_CLOSED_CODE = 131047
BUSY_STATUS = 429
AWAY_STATUS = 503
AWAY_STATUSES = (BUSY_STATUS, AWAY_STATUS)
AWAY_SECONDS = 1.0

AWAY_TITLE = Words("WhatsApp does not answer", "واتساب لا يستجيب")
AWAY = Words(
    "The message could not be handed over, so it did not leave. It is safe to send it again.",
    "تعذّر تسليم الرسالة إلى واتساب، فلم تُرسل. يمكن إرسالها من جديد دون أن تتكرر.",
)
BUSY = Words(
    "WhatsApp had more from this number than it takes in a short time, and asks us to slow down.",
    "وصل واتساب من هذا الرقم أكثر مما يقبله في وقت قصير، ويطلب أن نبطئ.",
)
PAIR = Words(
    "This person got more from this number than WhatsApp allows in a short time, and it asks us to slow down.",
    "وصل هذا الشخص من هذا الرقم أكثر مما يسمح به واتساب في وقت قصير، ويطلب أن نبطئ.",
)
DOUBT = Words(
    "WhatsApp had a fault of its own with this message. Make sure that it did not arrive before sending it again.",
    "حدث خلل لدى واتساب مع هذه الرسالة. يُستحسن التأكد أنها لم تصل قبل إرسالها من جديد.",
)
TOKEN = Words(
    "WhatsApp does not accept the access token of this channel. Enter a new one, then send the message again.",
    "لا يقبل واتساب رمز الوصول لهذه القناة. أدخل رمزًا جديدًا ثم أعد إرسال الرسالة.",
)
PERMISSION = Words(
    "The access token lacks a WhatsApp permission. Make a token with messaging and management rights.",
    "رمز الوصول تنقصه صلاحية من واتساب. أنشئ رمزًا بصلاحيتي المراسلة والإدارة.",
)
CONTENT = Words(
    "WhatsApp could not use something in this message. Change it and send it again.",
    "لم يقبل واتساب شيئًا في هذه الرسالة. عدّلها ثم أرسلها من جديد.",
)
ACCOUNT = Words(
    "WhatsApp has restricted this business account. Look into WhatsApp Manager for what it asks of you.",
    "قيّد واتساب حساب النشاط هذا. راجع مدير واتساب لمعرفة المطلوب.",
)
PAYMENT = Words(
    "WhatsApp needs a payment method on the business account before it delivers.",
    "يحتاج واتساب إلى وسيلة دفع في حساب النشاط قبل أن يوصل الرسائل.",
)
NUMBER = Words(
    "This number is not fully registered with WhatsApp. Finish its registration in WhatsApp Manager.",
    "لم يكتمل تسجيل هذا الرقم في واتساب. أكمل التسجيل في مدير واتساب.",
)
UNREACHABLE = Words(
    "This person cannot receive it: not on WhatsApp, an old version, or the terms were not accepted.",
    "لا يمكن لهذا الشخص استلامها: ليس على واتساب، أو نسخة قديمة، أو لم يقبل الشروط.",
)
TEMPLATE = Words(
    "This template cannot be used as it is. Fix it in WhatsApp Manager or choose another.",
    "لا يمكن استعمال هذا القالب كما هو. أصلحه في مدير واتساب أو اختر غيره.",
)
LATER = Words(
    "WhatsApp chose not to deliver this to keep people from getting too much. Do not try again before tomorrow.",
    "اختار واتساب ألا يوصلها حتى لا تكثر الرسائل على الناس. لا تُعد المحاولة قبل الغد.",
)
BLOCKLIST = Words(
    "WhatsApp could not change the list of blocked people. Try again.",
    "لم يتمكن واتساب من تعديل قائمة المحظورين. أعد المحاولة.",
)


def _passing_rules() -> Iterator[ErrorRule]:
    """What goes away by itself, or is not known to have failed."""
    wait = Action.WAIT
    title = Words("Too much at once", "رسائل كثيرة في وقت قصير")
    for code, seconds in ((4, 10.0), (80007, 10.0), (130429, 1.0), (131057, 60.0)):
        yield ErrorRule(code, ErrorKind.RATE_LIMIT, title, BUSY, wait, retry_after=seconds, slows=True)
    # Too much to one person: the number goes on to everybody else. Waits are 4^n seconds.
    yield ErrorRule(131056, ErrorKind.RATE_LIMIT, title, PAIR, wait, retry_after=6.0, growth=4.0)
    for code in AWAY_STATUSES:
        slows = code == BUSY_STATUS
        yield ErrorRule(code, ErrorKind.RATE_LIMIT, AWAY_TITLE, AWAY, wait, retry_after=AWAY_SECONDS, slows=slows)
    for code in (1, 2, 131000, 131016, 133004, 2494100):
        title = Words("A fault at WhatsApp", "خلل لدى واتساب")
        yield ErrorRule(code, ErrorKind.TRANSIENT, title, DOUBT, is_doubtful=True)
    yield ErrorRule(
        134101,
        ErrorKind.TEMPLATE,
        Words("Template not ready yet", "القالب غير جاهز بعد"),
        Words(
            "WhatsApp is still preparing this template. That takes about ten minutes.",
            "ما زال واتساب يجهّز هذا القالب، ويستغرق ذلك نحو عشر دقائق.",
        ),
        wait,
        retry_after=600.0,
    )


def _channel_rules() -> Iterator[ErrorRule]:
    """What is wrong with the channel: its token, its number, its business account."""
    wait, fix = Action.WAIT, Action.FIX_CREDENTIALS
    for code in (0, 104, 190):
        title = Words("Access token refused", "رُفض رمز الوصول")
        yield ErrorRule(code, ErrorKind.AUTH, title, TOKEN, fix, stops=ReasonCode.WRONG_TOKEN)
    for code in (3, 10, *range(200, 300), 131005):
        title = Words("Permission missing", "صلاحية ناقصة")
        yield ErrorRule(code, ErrorKind.AUTH, title, PERMISSION, fix, stops=ReasonCode.MISSING_PERMISSION)
    for code in (33, 803):
        yield ErrorRule(
            code,
            ErrorKind.AUTH,
            Words("Number not found", "الرقم غير موجود"),
            Words(
                "WhatsApp does not know this phone number id with this token. Check both in the channel's settings.",
                "لا يعرف واتساب معرّف هذا الرقم مع هذا الرمز. راجع الاثنين في إعدادات القناة.",
            ),
            fix,
            stops=ReasonCode.NUMBER_NOT_FOUND,
        )
    title = Words("Account restricted", "الحساب مقيّد")
    for code in (368, 131031):
        yield ErrorRule(code, ErrorKind.ACCOUNT, title, ACCOUNT, Action.APPEAL, stops=ReasonCode.ACCOUNT_RESTRICTED)
    yield ErrorRule(131064, ErrorKind.ACCOUNT, title, ACCOUNT, Action.APPEAL)
    yield ErrorRule(
        130497,
        ErrorKind.ACCOUNT,
        Words("Not allowed in this country", "غير مسموح في هذا البلد"),
        Words(
            "WhatsApp does not let this business write to people in this country.",
            "لا يسمح واتساب لهذا النشاط بمراسلة أشخاص في هذا البلد.",
        ),
    )
    yield ErrorRule(
        131048,
        ErrorKind.ACCOUNT,
        Words("Too many people blocked or reported you", "كثُر من حظركم أو أبلغ عنكم"),
        Words(
            "WhatsApp limits this number because its quality is low. Write only to people who wait for an answer.",
            "قيّد واتساب هذا الرقم لانخفاض جودته. راسلوا فقط من ينتظر جوابًا.",
        ),
        wait,
    )
    title = Words("Payment missing", "وسيلة الدفع ناقصة")
    yield ErrorRule(131042, ErrorKind.ACCOUNT, title, PAYMENT, Action.FIX_PAYMENT)
    yield ErrorRule(
        134011,
        ErrorKind.ACCOUNT,
        Words("Payment terms not accepted", "شروط الدفع لم تُقبل بعد"),
        Words(
            "WhatsApp waits for somebody to accept its payment terms in WhatsApp Manager. Then send the message again.",
            "ينتظر واتساب الموافقة على شروط الدفع في مدير واتساب. أعد إرسال الرسالة بعد ذلك.",
        ),
        Action.FIX_PAYMENT,
    )
    yield ErrorRule(
        131037,
        ErrorKind.ACCOUNT,
        Words("Display name not approved", "الاسم الظاهر غير معتمد"),
        Words(
            "WhatsApp has not approved the display name of this number. Check it in WhatsApp Manager.",
            "لم يعتمد واتساب الاسم الظاهر لهذا الرقم. راجعه في مدير واتساب.",
        ),
        Action.FIX_NUMBER,
    )
    yield ErrorRule(
        133016,
        ErrorKind.ACCOUNT,
        Words("Registered too often", "تكرّر التسجيل كثيرًا"),
        Words(
            "This number was registered too many times. WhatsApp takes it again within three days.",
            "سُجّل هذا الرقم مرات كثيرة. يقبله واتساب من جديد خلال ثلاثة أيام.",
        ),
        wait,
    )
    title = Words("Number not ready", "الرقم غير جاهز")
    for code in (131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015):
        yield ErrorRule(code, ErrorKind.ACCOUNT, title, NUMBER, Action.FIX_NUMBER, stops=ReasonCode.NUMBER_NOT_READY)


def _message_rules() -> Iterator[ErrorRule]:
    """What is wrong with one message, or with writing it to this person."""
    wait, edit = Action.WAIT, Action.EDIT_MESSAGE
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
    yield ErrorRule(131026, ErrorKind.RECIPIENT, Words("Cannot be delivered", "لا يمكن توصيلها"), UNREACHABLE)
    yield ErrorRule(
        131030,
        ErrorKind.RECIPIENT,
        Words("Not on the test list", "ليس في قائمة الاختبار"),
        Words(
            "This is a test number, and the person is not on its list. Add the person in Meta's app dashboard.",
            "هذا رقم تجريبي، والشخص ليس في قائمته. أضفه في لوحة تطبيق ميتا.",
        ),
        Action.FIX_NUMBER,
    )
    yield ErrorRule(
        131021,
        ErrorKind.RECIPIENT,
        Words("That is your own number", "هذا رقمك أنت"),
        Words("A number cannot write to itself.", "لا يستطيع الرقم أن يراسل نفسه."),
    )
    yield ErrorRule(
        130403,
        ErrorKind.RECIPIENT,
        Words("Blocked by you", "محظور من جهتك"),
        Words("This business has blocked the person. Unblock first.", "هذا الشخص محظور لديكم. ألغ الحظر أولًا."),
    )
    yield ErrorRule(
        131062,
        ErrorKind.RECIPIENT,
        Words("A phone number is needed", "يلزم رقم هاتف"),
        Words(
            "This kind of message needs a phone number, and the person hides it. Ask for it first.",
            "هذا النوع من الرسائل يحتاج رقم هاتف، والشخص يخفيه. اطلبه أولًا.",
        ),
        edit,
    )
    yield ErrorRule(
        137000,
        ErrorKind.RECIPIENT,
        Words("The person's device changed", "تغيّر جهاز الشخص"),
        Words(
            "The identity of this person changed on WhatsApp. Make sure who it is before sending anything private.",
            "تغيّرت هوية هذا الشخص على واتساب. تأكد من هويته قبل إرسال أي شيء خاص.",
        ),
        Action.RETRY,
    )
    yield ErrorRule(
        131050,
        ErrorKind.OPT_OUT,
        Words("Does not want marketing", "لا يريد رسائل تسويقية"),
        Words(
            "This person has stopped marketing messages from you. They will not be sent any more.",
            "أوقف هذا الشخص رسائلكم التسويقية، ولن تُرسل إليه بعد الآن.",
        ),
    )
    yield ErrorRule(131049, ErrorKind.POLICY, Words("Held back by WhatsApp", "أوقفها واتساب"), LATER, wait)
    yield ErrorRule(
        130472,
        ErrorKind.POLICY,
        Words("Held back by WhatsApp", "أوقفها واتساب"),
        Words(
            "This person is in an experiment of WhatsApp and gets no marketing. Another try changes nothing.",
            "هذا الشخص ضمن تجربة لواتساب ولا تصله رسائل تسويقية. إعادة المحاولة لا تغيّر شيئًا.",
        ),
    )
    yield ErrorRule(
        131063,
        ErrorKind.POLICY,
        Words("No marketing this way", "لا تسويق بهذه الطريقة"),
        Words(
            "WhatsApp takes no marketing from this number over this way. Turn it on in WhatsApp Manager.",
            "لا يقبل واتساب رسائل تسويقية من هذا الرقم بهذه الطريقة. فعّلها من مدير واتساب.",
        ),
        Action.FIX_NUMBER,
    )
    for code in (100, 131008, 131009, 131051, 131055, 134100, 135000):
        yield ErrorRule(code, ErrorKind.CONTENT, Words("Message not accepted", "لم تُقبل الرسالة"), CONTENT, edit)
    yield ErrorRule(
        131053,
        ErrorKind.MEDIA,
        Words("The file was not taken", "لم يُقبل الملف"),
        Words(
            "WhatsApp could not use this file. Check its type and size and send it again.",
            "لم يتمكن واتساب من استعمال هذا الملف. تحقق من نوعه وحجمه وأعد إرساله.",
        ),
        edit,
    )
    for code in (131052, 131035, 131036):
        yield ErrorRule(
            code,
            ErrorKind.MEDIA,
            Words("The file did not reach us", "لم يصلنا الملف"),
            Words(
                "WhatsApp could not hand over what this person sent. Ask for it again.",
                "لم يتمكن واتساب من تسليم ما أرسله هذا الشخص. اطلبه من جديد.",
            ),
        )
    for code in (139102, 139103, 139100, 139101):
        yield ErrorRule(code, ErrorKind.CONTENT, Words("Not blocked", "لم يُحظر"), BLOCKLIST, Action.RETRY)


def _template_rules() -> Iterator[ErrorRule]:
    """What is wrong with a template, or with how it was filled in."""
    words = {
        (132001,): (
            Words("Template not found", "القالب غير موجود"),
            Words(
                "There is no approved template with this name in this language. Choose another.",
                "لا يوجد قالب معتمد بهذا الاسم وبهذه اللغة. اختر غيره.",
            ),
        ),
        (132000, 132008, 132012, 132018): (
            Words("Template filled in wrongly", "تعبئة القالب غير صحيحة"),
            Words(
                "The values for this template do not fit its places in number or kind. Fill it in again.",
                "قيم هذا القالب لا تطابق خاناته عددًا أو نوعًا. عبّئه من جديد.",
            ),
        ),
        (132005,): (
            Words("Template text too long", "نص القالب طويل"),
            Words(
                "With its values the text of this template is too long. Shorten the values.",
                "صار نص القالب بعد تعبئته أطول من المسموح. اختصر القيم.",
            ),
        ),
        (132007,): (
            Words("Template against the rules", "القالب يخالف القواعد"),
            Words(
                "Something in this template breaks a rule of WhatsApp. Change it in WhatsApp Manager.",
                "في هذا القالب ما يخالف قواعد واتساب. عدّله في مدير واتساب.",
            ),
        ),
        (132015,): (
            Words("Template paused", "القالب موقوف مؤقتًا"),
            Words(
                "WhatsApp paused this template because people did not like it. Improve it or choose another.",
                "أوقف واتساب هذا القالب مؤقتًا لضعف تقييمه. حسّنه أو اختر غيره.",
            ),
        ),
        (132016,): (
            Words("Template switched off", "القالب معطّل"),
            Words(
                "WhatsApp switched this template off for good. Make a new one.",
                "عطّل واتساب هذا القالب نهائيًا. أنشئ قالبًا جديدًا.",
            ),
        ),
        (132068, 132069): (
            Words("Form not available", "النموذج غير متاح"),
            Words(
                "WhatsApp limits or blocks the form in this message. Check it in WhatsApp Manager.",
                "قيّد واتساب النموذج الذي في هذه الرسالة أو حظره. راجعه في مدير واتساب.",
            ),
        ),
        (134102,): (Words("Template not usable", "القالب لا يصلح"), TEMPLATE),
    }
    for codes, (title, text) in words.items():
        for code in codes:
            yield ErrorRule(code, ErrorKind.TEMPLATE, title, text, Action.EDIT_MESSAGE)


RULES = {rule.code: rule for rule in (*_passing_rules(), *_channel_rules(), *_message_rules(), *_template_rules())}
