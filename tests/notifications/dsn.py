"""DSNs as mail servers write them: by RFC 3464, in words, and a vacation reply for comparison."""

from ebok.mail.models import Mail

RFC_3464 = """\
Return-Path: <>
From: MAILER-DAEMON@mx.poczta.example (Mail Delivery System)
To: biuro+b{tag}@wodociagi.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{report}@mx.poczta.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain; charset=us-ascii

I am sorry to inform you that your message could not be delivered.

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.poczta.example
Arrival-Date: Wed, 25 Nov 2026 20:00:00 +0100

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} as I said

--=b
Content-Type: text/rfc822-headers

From: Biuro <biuro@wodociagi.example>
To: {original}
Message-ID: {message_id}
Subject: Faktura

--=b--
"""
IN_WORDS = """\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@qmail.example>
To: biuro+b{tag}@wodociagi.example
Message-ID: <{report}@qmail.example>

Hi. This is the qmail-send program. I wasn't able to deliver your message to these addresses.

<{recipient}>:
192.0.2.7 does not like recipient.
Remote host said: 550 {status} no such user
Giving up.
"""
HOLIDAY = """\
From: Anna <{recipient}>
To: biuro+b{tag}@wodociagi.example
Auto-Submitted: auto-replied
Message-ID: <{report}@poczta.example>

I am on holiday until 5.12. My room is 550 5.1.1.
"""


def report(mail: Mail, form: str = RFC_3464, **told) -> bytes:
    """A DSN about this mail; `told` replaces parts of it."""
    usual = {
        "tag": mail.tag,
        "message_id": mail.message_id,
        "recipient": mail.recipient,
        "original": mail.recipient,
        "report": "r1",
        "action": "failed",
        "status": "5.1.1",
    }
    return form.format(**usual | told).encode()
