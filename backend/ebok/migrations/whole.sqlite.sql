-- Written by `make schema`. Holds the work of these migrations:
-- 0001_initial
-- 0002_audit_chain
-- 0003_papers
-- 0004_what_billing_shall_know
-- 0005_waiting_mails
-- 0010_papers_of_a_customer
-- 0011_of_one_account
-- 0012_recipient
-- 0015_parts_and_orders
-- 0020_chains_of_corrections
-- 0025_readings_of_invoices
-- 0035_set_aside_and_withdrawn
-- 0040_held_imports
-- 0045_alerts
-- 0046_bundles_by_http
-- 0050_history
-- 0055_since_when_it_is_theirs
-- 0060_keys_that_end
-- 0070_why_mails_come_back
-- 0071_what_the_relay_offers
-- 0072_mails_passed_on
-- 0075_every_applicant
-- 0085_actors
-- 0090_signs_of_life
-- 0130_baseline
-- 0150_index_of_freshness
-- 0180_written_sums
-- 0200_staff
-- 0210_work_accounts
-- 0211_staff_choices
-- 0220_lookup
-- 0240_cases
-- 0250_visits

CREATE TABLE "account" ("id" INTEGER NOT NULL PRIMARY KEY, "customer_code" VARCHAR(255) NOT NULL, "email" VARCHAR(255) NOT NULL, "phone" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL, "language" VARCHAR(255) NOT NULL, "password_hash" VARCHAR(255) NOT NULL, "must_change_password" INTEGER NOT NULL, "password_expires_at" DATETIME, "password_changed_at" DATETIME, "opened_at" DATETIME NOT NULL, "frozen_at" DATETIME, "needs_paper_notice" INTEGER NOT NULL, "closed_at" DATETIME, "bounced_at" DATETIME, "attach_pdf" INTEGER, "remind_due" INTEGER NOT NULL DEFAULT 0, "remind_overdue" INTEGER NOT NULL DEFAULT 0, wants_paper INTEGER NOT NULL DEFAULT 0, "bounce_kind" VARCHAR(255) NOT NULL, "tax_number" VARCHAR(255) NOT NULL, FOREIGN KEY ("customer_code") REFERENCES "customer" ("code"))

CREATE TABLE "alert" ("id" INTEGER NOT NULL PRIMARY KEY, "cause" VARCHAR(255) NOT NULL, "about" VARCHAR(255) NOT NULL, "text" TEXT NOT NULL, "told_at" DATETIME NOT NULL, "ended_at" DATETIME)

CREATE TABLE "audit" ("id" INTEGER NOT NULL PRIMARY KEY, "at" DATETIME NOT NULL, "who" VARCHAR(255) NOT NULL, "did" VARCHAR(255) NOT NULL, "whom" VARCHAR(255) NOT NULL, "detail" VARCHAR(255) NOT NULL, "chain" VARCHAR(255) NOT NULL, actor VARCHAR(255) NOT NULL DEFAULT '')

CREATE TABLE "beat" ("name" VARCHAR(255) NOT NULL PRIMARY KEY, "seen_at" DATETIME NOT NULL)

CREATE TABLE "billing_baseline" ("import_id" INTEGER NOT NULL PRIMARY KEY, "place" VARCHAR(255) NOT NULL, "fingerprint" VARCHAR(255) NOT NULL, "files" TEXT NOT NULL, FOREIGN KEY ("import_id") REFERENCES "billing_import" ("id") ON DELETE CASCADE)

CREATE TABLE "billing_import" ("id" INTEGER NOT NULL PRIMARY KEY, "started_at" DATETIME NOT NULL, "applied_at" DATETIME NOT NULL, "as_of_at" DATETIME NOT NULL, "source" VARCHAR(255) NOT NULL, "origin" VARCHAR(255) NOT NULL, "new_count" INTEGER NOT NULL, "changed_count" INTEGER NOT NULL, "undone_at" DATETIME, "aside_count" INTEGER NOT NULL, "withdrawn_count" INTEGER NOT NULL, "state" VARCHAR(255) NOT NULL DEFAULT 'applied', "report" TEXT NOT NULL DEFAULT '', "bundle" VARCHAR(255) NOT NULL DEFAULT '', "published_as" INTEGER, "is_forgotten" INTEGER NOT NULL DEFAULT 0)

CREATE TABLE "billing_import_file" ("import_id" INTEGER NOT NULL, "name" VARCHAR(255) NOT NULL, "as_of_at" DATETIME NOT NULL, PRIMARY KEY ("import_id", "name"), FOREIGN KEY ("import_id") REFERENCES "billing_import" ("id") ON DELETE CASCADE)

CREATE TABLE "billing_import_replaced" ("import_id" INTEGER NOT NULL, "table_name" VARCHAR(255) NOT NULL, "key" VARCHAR(255) NOT NULL, "row" TEXT NOT NULL, PRIMARY KEY ("import_id", "table_name", "key"), FOREIGN KEY ("import_id") REFERENCES "billing_import" ("id") ON DELETE CASCADE)

CREATE TABLE "billing_set_aside" ("id" INTEGER NOT NULL PRIMARY KEY, "import_id" INTEGER NOT NULL, "file" VARCHAR(255) NOT NULL, "line" INTEGER NOT NULL, "column_name" VARCHAR(255) NOT NULL, "value" TEXT, "expected" TEXT NOT NULL, FOREIGN KEY ("import_id") REFERENCES "billing_import" ("id") ON DELETE CASCADE)

CREATE TABLE "billing_withdrawn" ("id" INTEGER NOT NULL PRIMARY KEY, "import_id" INTEGER NOT NULL, "table_name" VARCHAR(255) NOT NULL, "key" VARCHAR(255) NOT NULL, "row" TEXT NOT NULL, "reason" VARCHAR(255) NOT NULL, "returned_by" INTEGER NOT NULL, FOREIGN KEY ("import_id") REFERENCES "billing_import" ("id") ON DELETE CASCADE)

CREATE TABLE "bounce" ("id" INTEGER NOT NULL PRIMARY KEY, "report_id" VARCHAR(255) NOT NULL, "mail_id" INTEGER, "recipient" VARCHAR(255) NOT NULL, "status" VARCHAR(255) NOT NULL, "is_final" INTEGER NOT NULL, "at" DATETIME NOT NULL, "kind" VARCHAR(255) NOT NULL, "cleared_at" DATETIME)

CREATE TABLE "bundle_key" ("id" INTEGER NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "key_hash" VARCHAR(255) NOT NULL, "created_at" DATETIME NOT NULL, "revoked_at" DATETIME, "used_at" DATETIME, "expires_at" DATETIME)

CREATE TABLE "case_done" ("id" INTEGER NOT NULL PRIMARY KEY, "public_id" VARCHAR(255) NOT NULL, "customer_code" VARCHAR(255) NOT NULL, "member_id" INTEGER NOT NULL, "act" VARCHAR(255) NOT NULL, "mail_id" INTEGER NOT NULL, "before" TEXT NOT NULL, "until_at" DATETIME NOT NULL, "undone_at" DATETIME, FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id"))

CREATE TABLE "case_look" ("id" INTEGER NOT NULL PRIMARY KEY, "member_id" INTEGER NOT NULL, "customer_code" VARCHAR(255) NOT NULL, "purpose" VARCHAR(255) NOT NULL, "since_at" DATETIME NOT NULL, "seen_at" DATETIME NOT NULL, FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id"))

CREATE TABLE "case_note" ("id" INTEGER NOT NULL PRIMARY KEY, "public_id" VARCHAR(255) NOT NULL, "customer_code" VARCHAR(255) NOT NULL, "member_id" INTEGER NOT NULL, "text" TEXT NOT NULL, "written_at" DATETIME NOT NULL, FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id"))

CREATE TABLE "case_visit" ("id" INTEGER NOT NULL PRIMARY KEY, "public_id" VARCHAR(255) NOT NULL, "session_id" INTEGER NOT NULL, "account_id" INTEGER NOT NULL, "began_at" DATETIME NOT NULL, FOREIGN KEY ("session_id") REFERENCES "staff_session" ("id") ON DELETE CASCADE, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE)

CREATE TABLE "consent" ("id" INTEGER NOT NULL PRIMARY KEY, "account_id" INTEGER NOT NULL, "purpose" VARCHAR(255) NOT NULL, "given" INTEGER NOT NULL, "decided_at" DATETIME NOT NULL, "effective_at" DATETIME NOT NULL, "text_hash" VARCHAR(255) NOT NULL, "channel" VARCHAR(255) NOT NULL, actor VARCHAR(255) NOT NULL DEFAULT 'customer', FOREIGN KEY ("account_id") REFERENCES "account" ("id"))

CREATE TABLE "customer" ("code" VARCHAR(255) NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL, "nip" VARCHAR(255) NOT NULL, "email" VARCHAR(255) NOT NULL, "phone" VARCHAR(255) NOT NULL, "street" VARCHAR(255) NOT NULL, "postal_code" VARCHAR(255) NOT NULL, "city" VARCHAR(255) NOT NULL, "bank_account" VARCHAR(255) NOT NULL, "import_id" INTEGER NOT NULL DEFAULT 0)

CREATE TABLE "delivery" ("id" INTEGER NOT NULL PRIMARY KEY, "public_id" VARCHAR(255) NOT NULL, "key_id" INTEGER NOT NULL, "name" VARCHAR(255) NOT NULL, "sha256" VARCHAR(255) NOT NULL, "size" INTEGER NOT NULL, "received_at" DATETIME NOT NULL, "state" VARCHAR(255) NOT NULL, "tries" INTEGER NOT NULL, "due_at" DATETIME NOT NULL, "finished_at" DATETIME, "report" TEXT NOT NULL, FOREIGN KEY ("key_id") REFERENCES "bundle_key" ("id"))

CREATE TABLE "document" ("invoice_number" VARCHAR(255) NOT NULL, "customer_code" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL, "sha256" VARCHAR(255) NOT NULL, "size_bytes" INTEGER NOT NULL, "import_id" INTEGER NOT NULL, PRIMARY KEY ("invoice_number", "customer_code", "kind"))

CREATE TABLE "email_change" ("id" INTEGER NOT NULL PRIMARY KEY, "account_id" INTEGER NOT NULL, "email" VARCHAR(255) NOT NULL, "code_hash" VARCHAR(255) NOT NULL, "tries_left" INTEGER NOT NULL, "asked_at" DATETIME NOT NULL, "expires_at" DATETIME NOT NULL, "ended_at" DATETIME, "email_before" VARCHAR(255) NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE)

CREATE TABLE "instalment" ("invoice_number" VARCHAR(255) NOT NULL, "due_on" DATE NOT NULL, "amount_grosze" INTEGER, "import_id" INTEGER NOT NULL, PRIMARY KEY ("invoice_number", "due_on"), FOREIGN KEY ("invoice_number") REFERENCES "invoice" ("number"))

CREATE TABLE "invoice" ("number" VARCHAR(255) NOT NULL PRIMARY KEY, "customer_code" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL, "buyer_name" VARCHAR(255) NOT NULL, "issued_on" DATE NOT NULL, "due_on" DATE, "period_from" DATE, "period_to" DATE, "net_grosze" INTEGER NOT NULL, "vat_grosze" INTEGER NOT NULL, "gross_grosze" INTEGER NOT NULL, "outstanding_grosze" INTEGER NOT NULL, "ksef_number" VARCHAR(255) NOT NULL, "corrects" VARCHAR(255) NOT NULL, "public_id" VARCHAR(255) NOT NULL DEFAULT '', "payable_grosze" BIGINT, "ksef_kind" VARCHAR(255) NOT NULL DEFAULT '', "point_code" VARCHAR(255) NOT NULL DEFAULT '', "bank_account" VARCHAR(255) NOT NULL DEFAULT '', "import_id" INTEGER NOT NULL DEFAULT 0, recipient_name VARCHAR(512) NOT NULL DEFAULT '', buyer_nip VARCHAR(255) NOT NULL DEFAULT '', due_terms VARCHAR(255) NOT NULL DEFAULT '', corrects_also TEXT NOT NULL DEFAULT '', correction_reason VARCHAR(512) NOT NULL DEFAULT '', history_from VARCHAR(255) NOT NULL DEFAULT '', FOREIGN KEY ("customer_code") REFERENCES "customer" ("code"))

CREATE TABLE "invoice_line" ("invoice_number" VARCHAR(255) NOT NULL, "position" INTEGER NOT NULL, "name" VARCHAR(512) NOT NULL, "unit" VARCHAR(255) NOT NULL, "quantity_millionths" INTEGER, "unit_net_microgrosze" INTEGER, "net_grosze" INTEGER, "gross_grosze" INTEGER, "vat_rate" VARCHAR(255) NOT NULL, "before_correction" INTEGER NOT NULL, "import_id" INTEGER NOT NULL, PRIMARY KEY ("invoice_number", "position"), FOREIGN KEY ("invoice_number") REFERENCES "invoice" ("number")) WITHOUT ROWID

CREATE TABLE "invoice_reading" ("invoice_number" VARCHAR(255) NOT NULL, "position" INTEGER NOT NULL, "serial" VARCHAR(255) NOT NULL, "previous_litres" INTEGER NOT NULL, "current_litres" INTEGER NOT NULL, "import_id" INTEGER NOT NULL, PRIMARY KEY ("invoice_number", "position"), FOREIGN KEY ("invoice_number") REFERENCES "invoice" ("number"))

CREATE TABLE "invoice_vat_sum" ("invoice_number" VARCHAR(255) NOT NULL, "vat_rate" VARCHAR(255) NOT NULL, "net_grosze" INTEGER NOT NULL, "vat_grosze" INTEGER NOT NULL, "import_id" INTEGER NOT NULL, PRIMARY KEY ("invoice_number", "vat_rate"), FOREIGN KEY ("invoice_number") REFERENCES "invoice" ("number")) WITHOUT ROWID

CREATE TABLE "limit_used" ("name" VARCHAR(255) NOT NULL, "key" VARCHAR(255) NOT NULL, "started_at" DATETIME NOT NULL, "used" INTEGER NOT NULL, PRIMARY KEY ("name", "key"))

CREATE TABLE "link" ("token_hash" VARCHAR(255) NOT NULL PRIMARY KEY, "account_id" INTEGER NOT NULL, "purpose" VARCHAR(255) NOT NULL, "expires_at" DATETIME NOT NULL, "spent_at" DATETIME, email_change_id INTEGER REFERENCES email_change (id) ON DELETE CASCADE, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE)

CREATE TABLE "lookup_customer" ("id" INTEGER NOT NULL PRIMARY KEY, "code" VARCHAR(255) NOT NULL, "words" TEXT NOT NULL, "identifiers" TEXT NOT NULL)

CREATE TABLE "lookup_hit" ("search_id" INTEGER NOT NULL, "customer_code" VARCHAR(255) NOT NULL, PRIMARY KEY ("search_id", "customer_code"), FOREIGN KEY ("search_id") REFERENCES "lookup_search" ("id") ON DELETE CASCADE)

CREATE TABLE "lookup_identifier" ("value" BLOB NOT NULL, "kind" VARCHAR(255) NOT NULL, "customer_id" INTEGER NOT NULL, PRIMARY KEY ("value", "kind", "customer_id")) WITHOUT ROWID

CREATE TABLE "lookup_posting" ("word_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, PRIMARY KEY ("word_id", "customer_id")) WITHOUT ROWID

CREATE TABLE "lookup_recent" ("member_id" INTEGER NOT NULL, "customer_code" VARCHAR(255) NOT NULL, "at" DATETIME NOT NULL, PRIMARY KEY ("member_id", "customer_code"), FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id") ON DELETE CASCADE)

CREATE TABLE "lookup_search" ("id" INTEGER NOT NULL PRIMARY KEY, "public_id" VARCHAR(255) NOT NULL, "member_id" INTEGER NOT NULL, "at" DATETIME NOT NULL, "query" VARCHAR(255) NOT NULL, FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id"))

CREATE TABLE "lookup_stale" ("id" INTEGER NOT NULL PRIMARY KEY, "customer_code" VARCHAR(255) NOT NULL)

CREATE TABLE "lookup_word" ("id" INTEGER NOT NULL PRIMARY KEY, "word" BLOB NOT NULL, "customers" INTEGER NOT NULL)

CREATE TABLE "lookup_word_key" ("key" BLOB NOT NULL, "word_id" INTEGER NOT NULL, PRIMARY KEY ("key", "word_id")) WITHOUT ROWID

CREATE TABLE "mail" ("id" INTEGER NOT NULL PRIMARY KEY, "message_id" VARCHAR(255) NOT NULL, "letter" VARCHAR(255) NOT NULL, "recipient" VARCHAR(255) NOT NULL, "language" VARCHAR(255) NOT NULL, "about" INTEGER NOT NULL, "priority" INTEGER NOT NULL, "created_at" DATETIME NOT NULL, "due_at" DATETIME NOT NULL, "expires_at" DATETIME NOT NULL, "tries" INTEGER NOT NULL, "claimed_by" VARCHAR(255) NOT NULL, "claimed_until" DATETIME, "sent_at" DATETIME, "failed_at" DATETIME, "fault" VARCHAR(255) NOT NULL, "short_code" VARCHAR(255) NOT NULL DEFAULT '')

CREATE TABLE "mail_sample" ("id" INTEGER NOT NULL PRIMARY KEY, "import_id" INTEGER NOT NULL, "facts" TEXT NOT NULL, "pdf_name" VARCHAR(255) NOT NULL, "created_at" DATETIME NOT NULL, FOREIGN KEY ("import_id") REFERENCES "billing_import" ("id") ON DELETE CASCADE)

CREATE TABLE "meter" ("serial" VARCHAR(255) NOT NULL PRIMARY KEY, "point_code" VARCHAR(255) NOT NULL, "digits" INTEGER NOT NULL, "kind" VARCHAR(255) NOT NULL, "installed_on" DATE, "removed_on" DATE, "legal_until" DATE, "import_id" INTEGER NOT NULL, "since_on" DATE, FOREIGN KEY ("point_code") REFERENCES "point_of_use" ("code"))

CREATE TABLE "notification" ("id" INTEGER NOT NULL PRIMARY KEY, "account_id" INTEGER NOT NULL, "invoice_number" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL, "mail_id" INTEGER, "import_id" INTEGER NOT NULL, "created_at" DATETIME NOT NULL, "accepted_at" DATETIME, "opened_at" DATETIME, part_due_on VARCHAR(255) NOT NULL DEFAULT '', "told_gross_grosze" BIGINT, "told_due_on" DATE, "told_account" VARCHAR(255) NOT NULL DEFAULT '', written_gross_grosze BIGINT, written_due_on DATE, written_account VARCHAR(255) NOT NULL DEFAULT '', FOREIGN KEY ("account_id") REFERENCES "account" ("id"))

CREATE TABLE "outgoing" ("id" INTEGER NOT NULL PRIMARY KEY, "feed" VARCHAR(255) NOT NULL, "customer_code" VARCHAR(255) NOT NULL, "happened_at" DATETIME NOT NULL, "effective_at" DATETIME NOT NULL, "facts" TEXT NOT NULL, "batch_id" INTEGER, "exported_at" DATETIME, account_id INTEGER, FOREIGN KEY ("batch_id") REFERENCES "outgoing_batch" ("id") ON DELETE RESTRICT)

CREATE TABLE "outgoing_batch" ("id" INTEGER NOT NULL PRIMARY KEY, "feed" VARCHAR(255) NOT NULL, "begun_at" DATETIME NOT NULL, "written_at" DATETIME)

CREATE TABLE "payment" ("payment_id" VARCHAR(255) NOT NULL PRIMARY KEY, "customer_code" VARCHAR(255) NOT NULL, "booked_on" DATE NOT NULL, "amount_grosze" INTEGER NOT NULL, "title" VARCHAR(255) NOT NULL, "invoice_number" VARCHAR(255) NOT NULL, "import_id" INTEGER NOT NULL, FOREIGN KEY ("customer_code") REFERENCES "customer" ("code"))

CREATE TABLE "payment_order" ("id" VARCHAR(255) NOT NULL PRIMARY KEY, "account_id" INTEGER NOT NULL, "invoice_number" VARCHAR(255) NOT NULL, "amount_grosze" INTEGER NOT NULL, "operator" VARCHAR(255) NOT NULL, "state" VARCHAR(255) NOT NULL, "operator_id" VARCHAR(255) NOT NULL, "created_at" DATETIME NOT NULL, "settled_at" DATETIME, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE)

CREATE TABLE "payment_order_invoice" ("order_id" VARCHAR(255) NOT NULL, "invoice_number" VARCHAR(255) NOT NULL, "amount_grosze" INTEGER NOT NULL, "outstanding_grosze" INTEGER NOT NULL, PRIMARY KEY ("order_id", "invoice_number"), FOREIGN KEY ("order_id") REFERENCES "payment_order" ("id") ON DELETE CASCADE)

CREATE TABLE "point_of_use" ("code" VARCHAR(255) NOT NULL PRIMARY KEY, "customer_code" VARCHAR(255) NOT NULL, "street" VARCHAR(255) NOT NULL, "postal_code" VARCHAR(255) NOT NULL, "city" VARCHAR(255) NOT NULL, "tariff" VARCHAR(255) NOT NULL, "import_id" INTEGER NOT NULL, "former_code" VARCHAR(255) NOT NULL, "since_on" DATE, FOREIGN KEY ("customer_code") REFERENCES "customer" ("code"))

CREATE TABLE "reading" ("meter_serial" VARCHAR(255) NOT NULL, "read_on" DATE NOT NULL, "value_litres" INTEGER NOT NULL, "source" VARCHAR(255) NOT NULL, "import_id" INTEGER NOT NULL, PRIMARY KEY ("meter_serial", "read_on"), FOREIGN KEY ("meter_serial") REFERENCES "meter" ("serial")) WITHOUT ROWID

CREATE TABLE "registration" ("id" INTEGER NOT NULL PRIMARY KEY, "token_hash" VARCHAR(255) NOT NULL, "link_hash" VARCHAR(255), "customer_code" VARCHAR(255) NOT NULL, "email" VARCHAR(255) NOT NULL, "language" VARCHAR(255) NOT NULL, "started_at" DATETIME NOT NULL, "expires_at" DATETIME NOT NULL, "code_asked_at" DATETIME NOT NULL, "code_hash" VARCHAR(255) NOT NULL, "code_expires_at" DATETIME, "code_attempts_left" INTEGER NOT NULL, "proven_until" DATETIME, "matches_failed" INTEGER NOT NULL, "matches_left" INTEGER NOT NULL, "stopped_until" DATETIME, "finished_at" DATETIME, account_id INTEGER REFERENCES account (id), "forms_refused" INTEGER NOT NULL, "unlocks" INTEGER NOT NULL)

CREATE TABLE "relay_offer" ("relay" VARCHAR(255) NOT NULL PRIMARY KEY, "takes_international" INTEGER NOT NULL, "noted_at" DATETIME NOT NULL)

CREATE TABLE "review" ("id" INTEGER NOT NULL PRIMARY KEY, "registration_id" INTEGER NOT NULL, "customer_code" VARCHAR(255) NOT NULL, "email" VARCHAR(255) NOT NULL, "language" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL, "buyer" VARCHAR(255) NOT NULL, "nip" VARCHAR(255) NOT NULL, "number" VARCHAR(255) NOT NULL, "amount_grosze" INTEGER NOT NULL, "phone" VARCHAR(255) NOT NULL, "wants_e_invoice" INTEGER NOT NULL, "privacy_hash" VARCHAR(255) NOT NULL, "terms_hash" VARCHAR(255) NOT NULL, "e_invoice_hash" VARCHAR(255) NOT NULL, "asked_at" DATETIME NOT NULL, "decision" VARCHAR(255) NOT NULL, "decided_at" DATETIME, "decided_by" VARCHAR(255) NOT NULL, "reached_by" VARCHAR(255) NOT NULL, "reason" VARCHAR(255) NOT NULL, "unread" TEXT NOT NULL, FOREIGN KEY ("registration_id") REFERENCES "registration" ("id") ON DELETE RESTRICT)

CREATE TABLE "session" ("token_hash" VARCHAR(255) NOT NULL PRIMARY KEY, "account_id" INTEGER NOT NULL, "started_at" DATETIME NOT NULL, "seen_at" DATETIME NOT NULL, "public_id" VARCHAR(255) NOT NULL DEFAULT '', "device" VARCHAR(255) NOT NULL DEFAULT '', "network" VARCHAR(255) NOT NULL DEFAULT '', FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE)

CREATE TABLE "sign_in" ("id" INTEGER NOT NULL PRIMARY KEY, "account_id" INTEGER NOT NULL, "at" DATETIME NOT NULL, "outcome" VARCHAR(255) NOT NULL, "device" VARCHAR(255) NOT NULL, "network" VARCHAR(255) NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE)

CREATE TABLE "spent_captcha" ("id" VARCHAR(255) NOT NULL PRIMARY KEY, "expires_at" DATETIME NOT NULL)

CREATE TABLE "staff_member" ("id" INTEGER NOT NULL PRIMARY KEY, "public_id" VARCHAR(255) NOT NULL, "name" VARCHAR(255) NOT NULL, "email" VARCHAR(255) NOT NULL, "role" VARCHAR(255) NOT NULL, "language" VARCHAR(255) NOT NULL, "password_hash" VARCHAR(255) NOT NULL, "invitation_hash" VARCHAR(255) NOT NULL, "invited_until" DATETIME, "joined_at" DATETIME, "removed_at" DATETIME, "signed_in_at" DATETIME, "totp_sealed" VARCHAR(255) NOT NULL, "totp_asked_sealed" VARCHAR(255) NOT NULL, "totp_step" INTEGER NOT NULL, "provider_issuer" VARCHAR(255) NOT NULL, "provider_subject" VARCHAR(255) NOT NULL, "single_keys" INTEGER NOT NULL)

CREATE TABLE "staff_passkey" ("id" INTEGER NOT NULL PRIMARY KEY, "public_id" VARCHAR(255) NOT NULL, "member_id" INTEGER NOT NULL, "credential_id" TEXT NOT NULL, "public_key" BLOB NOT NULL, "sign_count" INTEGER NOT NULL, "name" VARCHAR(255) NOT NULL, "added_at" DATETIME NOT NULL, "used_at" DATETIME, FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id"))

CREATE TABLE "staff_recovery_code" ("id" INTEGER NOT NULL PRIMARY KEY, "member_id" INTEGER NOT NULL, "code_hash" VARCHAR(255) NOT NULL, "used_at" DATETIME, FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id"))

CREATE TABLE "staff_session" ("id" INTEGER NOT NULL PRIMARY KEY, "token_hash" VARCHAR(255) NOT NULL, "public_id" VARCHAR(255) NOT NULL, "member_id" INTEGER NOT NULL, "is_pending" INTEGER NOT NULL, "started_at" DATETIME NOT NULL, "seen_at" DATETIME NOT NULL, "confirmed_at" DATETIME, "before_at" DATETIME, "device" VARCHAR(255) NOT NULL, "network" VARCHAR(255) NOT NULL, "may_set_up" INTEGER NOT NULL, FOREIGN KEY ("member_id") REFERENCES "staff_member" ("id"))

CREATE TABLE "stray" ("id" INTEGER NOT NULL PRIMARY KEY, "name_hash" VARCHAR(255) NOT NULL, "file" TEXT NOT NULL, "at" DATETIME NOT NULL)

CREATE TABLE "text_version" ("hash" VARCHAR(255) NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "language" VARCHAR(255) NOT NULL, "body" TEXT NOT NULL, "published_at" DATETIME NOT NULL)

CREATE INDEX account_customer_code ON account (customer_code)

CREATE UNIQUE INDEX account_open ON account (customer_code) WHERE closed_at IS NULL

CREATE UNIQUE INDEX alert_open ON alert (cause, about) WHERE ended_at IS NULL

CREATE INDEX "auditrow_at" ON "audit" ("at")

CREATE INDEX "auditrow_whom" ON "audit" ("whom")

CREATE INDEX "batch_feed_written_at" ON "outgoing_batch" ("feed", "written_at")

CREATE INDEX billing_import_as_of_at ON billing_import (as_of_at)

CREATE INDEX "billing_import_file_import_id" ON "billing_import_file" ("import_id")

CREATE INDEX "billing_import_file_name" ON "billing_import_file" ("name")

CREATE INDEX "bounce_recipient" ON "bounce" ("recipient")

CREATE UNIQUE INDEX "bounce_report_id" ON "bounce" ("report_id")

CREATE UNIQUE INDEX "bundle_key_key_hash" ON "bundle_key" ("key_hash")

CREATE UNIQUE INDEX "bundle_key_name" ON "bundle_key" ("name")

CREATE INDEX "case_done_member_id_customer_code" ON "case_done" ("member_id", "customer_code")

CREATE UNIQUE INDEX "case_done_public_id" ON "case_done" ("public_id")

CREATE INDEX "case_done_until_at" ON "case_done" ("until_at")

CREATE INDEX "case_look_customer_code" ON "case_look" ("customer_code")

CREATE UNIQUE INDEX "case_look_member_id_customer_code" ON "case_look" ("member_id", "customer_code")

CREATE INDEX "case_note_customer_code" ON "case_note" ("customer_code")

CREATE UNIQUE INDEX "case_note_public_id" ON "case_note" ("public_id")

CREATE INDEX "case_visit_began_at" ON "case_visit" ("began_at")

CREATE UNIQUE INDEX "case_visit_public_id" ON "case_visit" ("public_id")

CREATE INDEX "case_visit_session_id" ON "case_visit" ("session_id")

CREATE INDEX "consent_account_id" ON "consent" ("account_id")

CREATE INDEX customer_bank_account ON customer (bank_account)

CREATE INDEX "delivery_key_id" ON "delivery" ("key_id")

CREATE UNIQUE INDEX "delivery_key_id_sha256" ON "delivery" ("key_id", "sha256")

CREATE UNIQUE INDEX "delivery_public_id" ON "delivery" ("public_id")

CREATE INDEX "delivery_received_at" ON "delivery" ("received_at")

CREATE INDEX document_sha256 ON document (sha256)

CREATE INDEX "emailchange_account_id" ON "email_change" ("account_id")

CREATE INDEX "emailchange_expires_at" ON "email_change" ("expires_at")

CREATE INDEX "instalment_due_on" ON "instalment" ("due_on")

CREATE INDEX invoice_bank_account ON invoice (bank_account) WHERE bank_account <> ''

CREATE INDEX "invoice_customer_code" ON "invoice" ("customer_code")

CREATE INDEX "invoice_customer_code_issued_on" ON "invoice" ("customer_code", "issued_on")

CREATE INDEX invoice_history_from ON invoice (history_from) WHERE history_from <> ''

CREATE INDEX invoice_ksef_number ON invoice (ksef_number) WHERE ksef_number <> ''

CREATE INDEX "limit_started_at" ON "limit_used" ("started_at")

CREATE INDEX "link_account_id" ON "link" ("account_id")

CREATE INDEX "link_expires_at" ON "link" ("expires_at")

CREATE UNIQUE INDEX "lookup_customer_code" ON "lookup_customer" ("code")

CREATE INDEX "lookup_hit_customer_code" ON "lookup_hit" ("customer_code")

CREATE INDEX "lookup_hit_search_id" ON "lookup_hit" ("search_id")

CREATE INDEX "lookup_search_at" ON "lookup_search" ("at")

CREATE INDEX "lookup_search_member_id" ON "lookup_search" ("member_id")

CREATE UNIQUE INDEX "lookup_search_public_id" ON "lookup_search" ("public_id")

CREATE INDEX "lookup_stale_customer_code" ON "lookup_stale" ("customer_code")

CREATE UNIQUE INDEX "lookup_word_word" ON "lookup_word" ("word")

CREATE UNIQUE INDEX "mail_message_id" ON "mail" ("message_id")

CREATE INDEX mail_recipient ON mail (recipient)

CREATE INDEX "mail_sample_import_id" ON "mail_sample" ("import_id")

CREATE INDEX "mail_sent_at_failed_at_priority_due_at" ON "mail" ("sent_at", "failed_at", "priority", "due_at")

CREATE INDEX mail_short_code ON mail (short_code)

CREATE INDEX mail_waiting ON mail (priority, due_at, id) WHERE sent_at IS NULL AND failed_at IS NULL

CREATE INDEX "meter_point_code" ON "meter" ("point_code")

CREATE UNIQUE INDEX notification_account_id_invoice_number_kind_part_due_on ON notification (account_id, invoice_number, kind, part_due_on)

CREATE INDEX "notification_import_id" ON "notification" ("import_id")

CREATE INDEX "notification_invoice_number" ON "notification" ("invoice_number")

CREATE INDEX outgoing_account_id ON outgoing (account_id)

CREATE INDEX "outgoing_batch_id" ON "outgoing" ("batch_id")

CREATE INDEX "outgoing_customer_code" ON "outgoing" ("customer_code")

CREATE INDEX "outgoing_feed_exported_at_effective_at" ON "outgoing" ("feed", "exported_at", "effective_at")

CREATE INDEX "payment_customer_code_booked_on" ON "payment" ("customer_code", "booked_on")

CREATE INDEX "paymentorder_account_id" ON "payment_order" ("account_id")

CREATE INDEX "pointofuse_customer_code" ON "point_of_use" ("customer_code")

CREATE INDEX "registration_customer_code" ON "registration" ("customer_code")

CREATE INDEX "registration_expires_at" ON "registration" ("expires_at")

CREATE UNIQUE INDEX "registration_link_hash" ON "registration" ("link_hash")

CREATE UNIQUE INDEX "registration_token_hash" ON "registration" ("token_hash")

CREATE INDEX "replaced_import_id" ON "billing_import_replaced" ("import_id")

CREATE INDEX "review_customer_code" ON "review" ("customer_code")

CREATE INDEX "review_registration_id" ON "review" ("registration_id")

CREATE UNIQUE INDEX review_waiting ON review (customer_code, email) WHERE decision = ''

CREATE INDEX "session_account_id" ON "session" ("account_id")

CREATE INDEX "setaside_import_id" ON "billing_set_aside" ("import_id")

CREATE INDEX "signin_account_id_at" ON "sign_in" ("account_id", "at")

CREATE INDEX "signin_at" ON "sign_in" ("at")

CREATE INDEX "spentcaptcha_expires_at" ON "spent_captcha" ("expires_at")

CREATE UNIQUE INDEX "staff_member_email_open" ON "staff_member" ("email") WHERE ("removed_at" IS NULL)

CREATE INDEX "staff_member_invitation_hash" ON "staff_member" ("invitation_hash")

CREATE UNIQUE INDEX "staff_member_name_open" ON "staff_member" ("name") WHERE ("removed_at" IS NULL)

CREATE UNIQUE INDEX "staff_member_provider_open" ON "staff_member" ("provider_issuer", "provider_subject") WHERE ("provider_subject" != '' AND "removed_at" IS NULL)

CREATE UNIQUE INDEX "staff_member_public_id" ON "staff_member" ("public_id")

CREATE UNIQUE INDEX "staff_passkey_credential_id" ON "staff_passkey" ("credential_id")

CREATE INDEX "staff_passkey_member_id" ON "staff_passkey" ("member_id")

CREATE UNIQUE INDEX "staff_passkey_public_id" ON "staff_passkey" ("public_id")

CREATE INDEX "staff_recovery_code_member_id" ON "staff_recovery_code" ("member_id")

CREATE INDEX "staff_session_member_id" ON "staff_session" ("member_id")

CREATE UNIQUE INDEX "staff_session_public_id" ON "staff_session" ("public_id")

CREATE UNIQUE INDEX "staff_session_token_hash" ON "staff_session" ("token_hash")

CREATE UNIQUE INDEX "stray_name_hash" ON "stray" ("name_hash")

CREATE INDEX "withdrawn_import_id" ON "billing_withdrawn" ("import_id")

CREATE INDEX "withdrawn_table_name_key" ON "billing_withdrawn" ("table_name", "key")

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END

CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END

CREATE TRIGGER lookup_account_added AFTER INSERT ON account BEGIN INSERT INTO lookup_stale (customer_code) SELECT NEW.customer_code; END

CREATE TRIGGER lookup_account_changed AFTER UPDATE OF email, phone, closed_at ON account WHEN OLD.email IS NOT NEW.email OR OLD.phone IS NOT NEW.phone OR OLD.closed_at IS NOT NEW.closed_at BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code UNION SELECT NEW.customer_code; END

CREATE TRIGGER lookup_account_gone AFTER DELETE ON account BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code; END

CREATE TRIGGER lookup_customer_added AFTER INSERT ON customer BEGIN INSERT INTO lookup_stale (customer_code) SELECT NEW.code; END

CREATE TRIGGER lookup_customer_changed AFTER UPDATE OF name, nip, email, phone, street, postal_code, city ON customer WHEN OLD.name IS NOT NEW.name OR OLD.nip IS NOT NEW.nip OR OLD.email IS NOT NEW.email OR OLD.phone IS NOT NEW.phone OR OLD.street IS NOT NEW.street OR OLD.postal_code IS NOT NEW.postal_code OR OLD.city IS NOT NEW.city BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.code UNION SELECT NEW.code; END

CREATE TRIGGER lookup_customer_gone AFTER DELETE ON customer BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.code; END

CREATE TRIGGER lookup_meter_added AFTER INSERT ON meter BEGIN INSERT INTO lookup_stale (customer_code) SELECT customer_code FROM point_of_use WHERE code = NEW.point_code; END

CREATE TRIGGER lookup_meter_changed AFTER UPDATE OF point_code ON meter WHEN OLD.point_code IS NOT NEW.point_code BEGIN INSERT INTO lookup_stale (customer_code) SELECT customer_code FROM point_of_use WHERE code = OLD.point_code UNION SELECT customer_code FROM point_of_use WHERE code = NEW.point_code; END

CREATE TRIGGER lookup_meter_gone AFTER DELETE ON meter BEGIN INSERT INTO lookup_stale (customer_code) SELECT customer_code FROM point_of_use WHERE code = OLD.point_code; END

CREATE TRIGGER lookup_point_of_use_added AFTER INSERT ON point_of_use BEGIN INSERT INTO lookup_stale (customer_code) SELECT NEW.customer_code; END

CREATE TRIGGER lookup_point_of_use_changed AFTER UPDATE OF customer_code, street, postal_code, city ON point_of_use WHEN OLD.customer_code IS NOT NEW.customer_code OR OLD.street IS NOT NEW.street OR OLD.postal_code IS NOT NEW.postal_code OR OLD.city IS NOT NEW.city BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code UNION SELECT NEW.customer_code; END

CREATE TRIGGER lookup_point_of_use_gone AFTER DELETE ON point_of_use BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code; END
