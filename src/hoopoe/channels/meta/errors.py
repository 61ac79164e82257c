"""Meta's error codes: a closed table. Source: Meta, support/error-codes (facts; the words are ours).

Codes of one kind share their words where nothing more useful can be said about each.
"""

from __future__ import annotations

from collections.abc import Iterator

from hoopoe.channels.errors import Action, ErrorKind, ErrorRule, Words

BUSY = Words(
    "WhatsApp asks us to slow down. The message waits here and leaves by itself.",
    "يطلب واتساب أن نبطئ. تنتظر الرسالة هنا وستُرسل وحدها.",
)
DOUBT = Words(
    "WhatsApp had a fault of its own. We check whether the message arrived before anything is sent again.",
    "حدث خلل لدى واتساب. نتأكد هل وصلت الرسالة قبل إرسال أي شيء مرة أخرى.",
)
TOKEN = Words(
    "WhatsApp does not accept the access token of this channel. Enter a new one; what waits here leaves afterwards.",
    "لا يقبل واتساب رمز الوصول لهذه القناة. أدخل رمزًا جديدًا ثم تُرسل الرسائل المنتظرة.",
)
PERMISSION = Words(
    "The access token lacks a WhatsApp permission. Make a token with messaging and management rights.",
    "ينقص رمز الوصول إذن من واتساب. أنشئ رمزًا بصلاحيتي المراسلة والإدارة.",
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


def _rules() -> Iterator[ErrorRule]:
    wait, fix, edit, none = Action.WAIT, Action.FIX_CREDENTIALS, Action.EDIT_MESSAGE, Action.NONE
    for code, seconds in ((4, 10.0), (80007, 10.0), (130429, 1.0), (131056, 6.0), (131057, 60.0), (133016, 3600.0)):
        title = Words("Waiting for WhatsApp", "بانتظار واتساب")
        yield ErrorRule(code, ErrorKind.RATE_LIMIT, title, BUSY, wait, retry_after=seconds)
    for code in (1, 2, 131000, 131016, 133004, 2494100):
        title = Words("Checking with WhatsApp", "نتأكد من واتساب")
        yield ErrorRule(code, ErrorKind.TRANSIENT, title, DOUBT, none, is_doubtful=True)
    for code in (139102, 139103, 139100, 139101):
        yield ErrorRule(code, ErrorKind.CONTENT, Words("Not blocked", "لم يُحظر"), BLOCKLIST, Action.RETRY)
    yield ErrorRule(
        134101,
        ErrorKind.TEMPLATE,
        Words("Template not ready yet", "القالب غير جاهز بعد"),
        Words(
            "WhatsApp is still preparing this template. It is tried again in ten minutes.",
            "ما زال واتساب يجهّز هذا القالب. نعيد المحاولة بعد عشر دقائق.",
        ),
        wait,
        retry_after=600.0,
    )
    for code in (0, 190):
        yield ErrorRule(code, ErrorKind.AUTH, Words("Access token refused", "رُفض رمز الوصول"), TOKEN, fix)
    for code in (3, 10, *range(200, 300), 131005):
        yield ErrorRule(code, ErrorKind.AUTH, Words("Permission missing", "صلاحية ناقصة"), PERMISSION, fix)
    yield ErrorRule(
        33,
        ErrorKind.AUTH,
        Words("Number not found", "الرقم غير موجود"),
        Words(
            "WhatsApp does not know this phone number id with this token. Check both in the channel's settings.",
            "لا يعرف واتساب معرّف الرقم هذا مع هذا الرمز. راجع الاثنين في إعدادات القناة.",
        ),
        fix,
    )
    yield ErrorRule(
        131047,
        ErrorKind.WINDOW_CLOSED,
        Words("The 24-hour window is shut", "انتهت مهلة 24 ساعة"),
        Words(
            "More than 24 hours have passed since this person wrote. WhatsApp now takes only an approved template.",
            "مرّت أكثر من 24 ساعة على آخر رسالة من هذا الشخص. لا يقبل واتساب الآن إلا قالبًا معتمدًا.",
        ),
        Action.SEND_TEMPLATE,
    )
    yield ErrorRule(
        131026, ErrorKind.RECIPIENT, Words("Cannot be delivered", "لا يمكن توصيلها"), UNREACHABLE, Action.RETRY
    )
    yield ErrorRule(
        131030,
        ErrorKind.RECIPIENT,
        Words("Not on the test list", "ليس في قائمة الاختبار"),
        Words(
            "This is a test number, and the person is not on its list. Add the person in Meta's app dashboard.",
            "هذا رقم تجريبي، والشخص ليس في قائمته. أضفه في لوحة تطبيق ميتا.",
        ),
        Action.RETRY,
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
    for code in (131049, 130472, 131063):
        yield ErrorRule(code, ErrorKind.POLICY, Words("Held back by WhatsApp", "أوقفها واتساب"), LATER)
    for code in (100, 131008, 131009, 131051, 131055, 134100, 135000):
        yield ErrorRule(code, ErrorKind.CONTENT, Words("Message not accepted", "لم تُقبل الرسالة"), CONTENT, edit)
    for code in (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069, 134102):
        yield ErrorRule(code, ErrorKind.TEMPLATE, Words("Template not usable", "القالب لا يصلح"), TEMPLATE, edit)
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
    for code in (368, 131031, 130497, 131048, 131064):
        yield ErrorRule(code, ErrorKind.ACCOUNT, Words("Account restricted", "الحساب مقيّد"), ACCOUNT)
    for code in (131042, 134011):
        yield ErrorRule(code, ErrorKind.ACCOUNT, Words("Payment missing", "وسيلة الدفع ناقصة"), PAYMENT, Action.RETRY)
    for code in (131037, 131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015):
        yield ErrorRule(code, ErrorKind.ACCOUNT, Words("Number not ready", "الرقم غير جاهز"), NUMBER, Action.RETRY)


RULES = {rule.code: rule for rule in _rules()}
