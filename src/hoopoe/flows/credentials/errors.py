"""Refusals of credentials."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class CredentialExists(Refusal):
    """Flows find a credential by its name: two of one name would be one too many."""

    status = 409
    code = "credential_exists"
    message = "There is a credential with this name already. Delete it first, or choose another name."
