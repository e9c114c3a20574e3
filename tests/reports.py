"""Reports of mails that came back, in the forms of several mail servers."""

ANNA = "anna@poczta.example"
SENT = "<0123456789abcdef0123@wodociagi.example>"


def dsn(fields: str, text: str = "It did not work.", kind: str = "message/delivery-status") -> str:
    """A report of two parts and the headers of our mail."""
    return f"""\
From: MAILER-DAEMON@mx.poczta.example
To: biuro+b0123456789abcdef0123@wodociagi.example
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain; charset=utf-8

{text}

--=b
Content-Type: {kind}

Reporting-MTA: dns; mx.poczta.example

{fields}

--=b
Content-Type: text/rfc822-headers

To: {ANNA}
Message-ID: {SENT}

--=b--
"""


EXIM = f"""\
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: biuro+b0123456789abcdef0123@wodociagi.example
Auto-Submitted: auto-replied
X-Failed-Recipients: {ANNA}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

  {ANNA}
    host mx.poczta.example: 550 5.1.1 <{ANNA}>: {{words}}
"""
QMAIL = f"""\
From: MAILER-DAEMON@qmail.example
To: biuro@wodociagi.example
Subject: failure notice

Hi. This is the qmail-send program at qmail.example.
This is a permanent error; I've given up. Sorry it didn't work out.

<{ANNA}>:
192.0.2.7 does not like recipient.
Remote host said: 550 {{words}}

--- Below this line is a copy of the message.

Message-ID: {SENT}
To: {ANNA}
"""
NOTES = f"""\
From: postmaster@notes.example
Subject: DELIVERY FAILURE: {{words}}
Return-Path: <>

Your message was not delivered to: {ANNA} because: {{words}}
"""
FAILED = f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.0.0\n"
