"""The desk's forms, and their proof that our own page of this very sitting made them."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, PasswordField, StringField, TextAreaField
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from crypto.primitives import equal, hmac_sha256


class SittingMark(CSRF):
    """An HMAC under the sitting's form key.

    Flask-WTF's own mark would need a session for whoever looks at a form, and a Referer.
    """

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return hmac_sha256(g.sitting.form_key, b"drcm/v1/desk-form").hex()

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        sent = str(field.data or "").encode("utf-8", "replace")
        if not equal(sent, str(field.current_token).encode()):
            raise ValidationError("foreign form")


class MarkedForm(FlaskForm):
    """A form of somebody who is signed in. `revision`: of the card that the page showed."""

    class Meta(FlaskForm.Meta):
        csrf = True
        csrf_class = SittingMark
        csrf_field_name = "mark"

    @property
    def is_ours(self) -> bool:
        return bool(self.validate()) or "mark" not in self.errors


class SignOutForm(MarkedForm):
    """Ends the sitting."""


class CaseForm(MarkedForm):
    """Changes a case: refused when the card is no longer the one that was shown."""

    revision = IntegerField(widget=HiddenInput(), default=0)

    @property
    def shown_revision(self) -> int:
        return self.revision.data or 0


class AnswerForm(CaseForm):
    text = TextAreaField(default="")


class MoveForm(CaseForm):
    status = StringField(default="")


class AssignForm(CaseForm):
    """Takes the case over."""


class PasswordForm(MarkedForm):
    """Asks for the password again."""

    password = PasswordField(default="")


class NewPasswordForm(MarkedForm):
    """The old password and the new one twice."""

    password = PasswordField(default="")
    new_password = PasswordField(default="")
    again = PasswordField(default="")


class InviteForm(MarkedForm):
    """Who is to join a team."""

    name = StringField(default="")
    role = StringField(default="")
    with_card = StringField(default="")


class CircleForm(MarkedForm):
    """Who keeps confidential cases together."""

    name = StringField(default="")


class HandOverForm(CaseForm):
    """To which team or circle a case goes."""

    target = StringField(default="")


class DeleteForm(CaseForm):
    """The case's short name, typed as a sign that it is meant."""

    code = StringField(default="")


class JoinForm(FlaskForm):
    """Nobody is signed in yet; the code is what proves the invitation."""

    class Meta(FlaskForm.Meta):
        csrf = False

    code = StringField(default="")
    password = PasswordField(default="")
    again = PasswordField(default="")


class PhoneForm(MarkedForm):
    """A report by telephone; its answers are read by `casework.answers`, as every report's."""

    form = HiddenField(default="")
    channel = HiddenField(default="")
    language = StringField(default="")


class SignInForm(FlaskForm):
    """Nobody is signed in yet: Origin and SameSite guard this one."""

    class Meta(FlaskForm.Meta):
        csrf = False

    name = StringField(default="")
    password = PasswordField(default="")
    totp = StringField(default="")
    card = StringField(default="")
