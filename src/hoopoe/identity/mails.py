"""What identity writes by mail, in the reader's language. Plain text: links, and nothing that loads."""

from __future__ import annotations

from typing import Final

from hoopoe.identity.roles import Role
from hoopoe.identity.schemas import Locale
from hoopoe.kernel.mail.queue import Mail

ROLE_WORDS: Final = {
    Locale.EN: {Role.OWNER: "owner", Role.ADMIN: "admin", Role.AGENT: "agent", Role.VIEWER: "viewer"},
    Locale.AR: {Role.OWNER: "مالك", Role.ADMIN: "مدير", Role.AGENT: "موظف", Role.VIEWER: "مشاهد"},
}


def write_invitation(
    recipient: str, *, locale: Locale, inviter: str, workspace: str, role: Role, link: str, days: int
) -> Mail:
    """An invitation into a workspace."""
    role_word = ROLE_WORDS[locale][role]
    match locale:
        case Locale.EN:
            subject = f"{inviter} invites you to {workspace}"
            text = (
                f"{inviter} invites you to the workspace {workspace} on Hoopoe, as {role_word}.\n\n"
                f"Accept here:\n{link}\n\n"
                f"The link is good for {days} days and for one person. "
                "If you do not know what this is about, do nothing.\n"
            )
        case Locale.AR:
            subject = f"دعوة من {inviter} إلى {workspace}"
            text = (
                f"يدعوك {inviter} إلى مساحة العمل {workspace} في هدهد بدور: {role_word}.\n\n"
                f"اقبل الدعوة من هنا:\n{link}\n\n"
                f"الرابط صالح لمدة {days} أيام ولشخص واحد. إن كنت لا تعرف ما هذا فلا تفعل شيئًا.\n"
            )
    return Mail(recipient, _one_line(subject), text)


def write_password_reset(recipient: str, *, locale: Locale, link: str, minutes: int) -> Mail:
    """A link by which a forgotten password is replaced."""
    match locale:
        case Locale.EN:
            subject = "A new password for Hoopoe"
            text = (
                f"Somebody, probably you, asked for a new password.\n\nSet it here:\n{link}\n\n"
                f"The link is good for {minutes} minutes and once. "
                "If it was not you, do nothing: your password stays as it is.\n"
            )
        case Locale.AR:
            subject = "كلمة مرور جديدة في هدهد"
            text = (
                f"طلب أحدهم، لعله أنت، كلمة مرور جديدة.\n\nعيّنها من هنا:\n{link}\n\n"
                f"الرابط صالح لمدة {minutes} دقيقة ولمرة واحدة. إن لم تكن أنت فلا تفعل شيئًا وتبقى كلمة مرورك كما هي.\n"
            )
    return Mail(recipient, subject, text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
