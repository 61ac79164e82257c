"""Why a part of an imported file is not as it was, in words."""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, dict[str, str]]] = {
    "no_counterpart": {
        "en": "Hoopoe has no step like '{}'. It passes on; its original is kept in it.",
        "ar": "لا توجد في هدهد خطوة مثل '{}'. تمر كما هي، وأصلها محفوظ فيها.",
    },
    "node_unknown_here": {
        "en": "This needs the step '{}', which is not here yet. It passes on; its original is kept in it.",
        "ar": "يحتاج هذا إلى الخطوة '{}' التي ليست في هذا الإصدار بعد. تمر كما هي، وأصلها محفوظ فيها.",
    },
    "not_valid_here": {
        "en": "What it holds is not possible here: {} It passes on; its original is kept in it.",
        "ar": "ما فيها غير ممكن هنا: {} تمر كما هي، وأصلها محفوظ فيها.",
    },
    "expression": {
        "en": "An expression could not be translated and stays as a text: {}",
        "ar": "تعذرت ترجمة تعبير فبقي نصا: {}",
    },
    "code": {
        "en": "It runs code, and Hoopoe runs none: {}",
        "ar": "تنفذ شيفرة برمجية، وهدهد لا ينفذ شيفرات: {}",
    },
    "media_as_link": {
        "en": "The file is sent as its address: {}",
        "ar": "يرسل الملف كرابط: {}",
    },
    "template_as_text": {
        "en": "The WhatsApp template '{}' is not taken; its text is sent, which needs an open window.",
        "ar": "قالب واتساب '{}' لم يؤخذ؛ يرسل نصه، ويحتاج ذلك إلى نافذة مفتوحة.",
    },
    "template_not_taken": {
        "en": "The WhatsApp template '{}' is not taken, and beside it there are no words. It passes on.",
        "ar": "قالب واتساب '{}' لم يؤخذ، ولا كلام معه. تمر كما هي.",
    },
    "says_nothing": {
        "en": "It says nothing and was left out.",
        "ar": "لا تقول شيئا فلم تؤخذ.",
    },
    "labels": {
        "en": "The labels of the message are not taken: {}",
        "ar": "وسوم الرسالة لم تؤخذ: {}",
    },
    "one_file": {
        "en": "One file is sent in all languages: {}",
        "ar": "يرسل ملف واحد بكل اللغات: {}",
    },
    "place_button": {
        "en": "The button that sends a place is not there; people send it by the clip.",
        "ar": "زر إرسال الموقع غير موجود؛ يرسله الناس من زر الإرفاق.",
    },
    "language_unknown": {
        "en": "The language '{}' is not known here.",
        "ar": "اللغة '{}' غير معروفة هنا.",
    },
    "shortened": {
        "en": "A title is too long for WhatsApp and was shortened: {}",
        "ar": "عنوان أطول مما يقبله واتساب فاختصر: {}",
    },
    "too_many_options": {
        "en": "There are more options than a message takes; the first {} are kept.",
        "ar": "الخيارات أكثر مما تحمله رسالة؛ بقي أول {}.",
    },
    "one_of_many": {
        "en": "Several could be chosen at once; here it is one.",
        "ar": "كان يمكن اختيار أكثر من واحد؛ وهنا واحد فقط.",
    },
    "pictures_not_shown": {
        "en": "The options' pictures are not shown.",
        "ar": "لا تعرض صور الخيارات.",
    },
    "hidden_options": {
        "en": "Options with a condition are always shown.",
        "ar": "الخيارات المشروطة تعرض دائما.",
    },
    "text_for": {
        "en": "The answer is taken as a text: {}",
        "ar": "يؤخذ الجواب نصا: {}",
    },
    "link_for_redirect": {
        "en": "Nobody can be sent to a page from a chat; its address is sent instead.",
        "ar": "لا يمكن نقل أحد إلى صفحة من المحادثة؛ يرسل رابطها بدلا من ذلك.",
    },
    "ends_at_person": {
        "en": "A person takes the conversation here, and the flow ends; what came behind it does not run.",
        "ar": "يستلم موظف المحادثة هنا وينتهي المسار؛ ولا ينفذ ما بعده.",
    },
    "secret_removed": {
        "en": "The header '{}' held a secret, which was not taken. Connect a credential instead.",
        "ar": "الترويسة '{}' كان فيها سر لم يؤخذ. اربط بيانات اعتماد بدلا منه.",
    },
    "kept_in_conversation": {
        "en": "The contact's field '{}' is kept in the conversation.",
        "ar": "حقل جهة الاتصال '{}' يحفظ في المحادثة.",
    },
    "test_left_out": {
        "en": "The test '{}' is not known here; what it caught goes the way of all other answers.",
        "ar": "الاختبار '{}' غير معروف هنا؛ وما كان يلتقطه يسلك طريق بقية الأجوبة.",
    },
    "operator_left_out": {
        "en": "The comparison '{}' is not known here and never holds.",
        "ar": "المقارنة '{}' غير معروفة هنا ولا تتحقق أبدا.",
    },
    "first_way": {
        "en": "It chose by chance; here everybody takes the first way.",
        "ar": "كانت تختار عشوائيا؛ وهنا يسلك الجميع الطريق الأول.",
    },
    "not_a_flow": {
        "en": "{} are not taken: only flows are.",
        "ar": "{}: لا تؤخذ، فالمأخوذ المسارات فقط.",
    },
    "any_of_these": {
        "en": "It started where all of these held; here it starts on any of them.",
        "ar": "كان يبدأ باجتماع هذه كلها؛ وهنا يبدأ بأي منها.",
    },
    "looks": {
        "en": "The {} of a web page is not taken: WhatsApp looks as it does.",
        "ar": "لم يؤخذ {} الخاص بصفحة الويب: لواتساب مظهره.",
    },
    "link_left_out": {
        "en": "What a click on the picture opens is not taken: {}",
        "ar": "ما يفتحه النقر على الصورة لم يؤخذ: {}",
    },
    "options_as_text": {
        "en": "The options come out of a variable; they stand in the text, and the answer is taken as a text.",
        "ar": "الخيارات تأتي من متغير؛ كتبت في النص ويؤخذ الجواب نصا.",
    },
    "trigger": {
        "en": "What starts the flow ('{}') is not taken; choose it at the flow's trigger.",
        "ar": "ما يبدأ المسار ('{}') لم يؤخذ؛ اختره في بداية المسار.",
    },
    "trigger_by_name": {
        "en": "Nothing in the file starts this flow. It starts on the word '{}'; change it at the trigger.",
        "ar": "لا شيء في الملف يبدأ هذا المسار. يبدأ بالكلمة '{}'؛ غيرها في البداية.",
    },
    "wait_added": {
        "en": "This circle never waited; it waits for a reply here.",
        "ar": "هذه الحلقة لم تكن تنتظر؛ وهي تنتظر ردا هنا.",
    },
    "lost_target": {
        "en": "It led to a step that is not in the file; the flow ends there.",
        "ar": "كانت تؤدي إلى خطوة ليست في الملف؛ ينتهي المسار هناك.",
    },
    "voice": {
        "en": "It belongs to phone calls: '{}'.",
        "ar": "تخص المكالمات الهاتفية: '{}'.",
    },
    "buttons_as_text": {
        "en": "Nothing waits for an answer here, so the options stand in the text.",
        "ar": "لا شيء ينتظر جوابا هنا، فكتبت الخيارات في النص.",
    },
    "test_as_text": {
        "en": "The test '{}' is taken as: anything that was written.",
        "ar": "الاختبار '{}' يؤخذ على أنه: أي شيء كتب.",
    },
    "flow_not_in_file": {
        "en": "It runs the flow '{}', which is not in the file. It passes on.",
        "ar": "تشغل المسار '{}' وهو ليس في الملف. تمر كما هي.",
    },
    "unreadable": {
        "en": "'{}' is not what it should be, cannot be read and was left out.",
        "ar": "'{}' ليس كما ينبغي، فتعذرت قراءته ولم يؤخذ.",
    },
    "number_as_text": {
        "en": "Where a text should be stands '{}'; it was taken as a text.",
        "ar": "في موضع نص وجد '{}'؛ فأخذ نصا.",
    },
    "part_missing": {
        "en": "It has no '{}', and what depends on that is not there.",
        "ar": "ليس فيها '{}'، وما يعتمد عليه غير موجود.",
    },
    "table_unreadable": {
        "en": "A data table in the file cannot be read and was not taken: {}",
        "ar": "تعذرت قراءة جدول بيانات في الملف فلم يؤخذ: {}",
    },
    "test_unreadable": {
        "en": "A test of the bot cannot be read here and was not taken: {}",
        "ar": "تعذرت قراءة اختبار من اختبارات البوت فلم يؤخذ: {}",
    },
}
