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

CREATE SEQUENCE account_id_seq AS integer

CREATE SEQUENCE alert_id_seq AS integer

CREATE SEQUENCE audit_id_seq AS integer

CREATE SEQUENCE billing_import_id_seq AS integer

CREATE SEQUENCE billing_set_aside_id_seq AS integer

CREATE SEQUENCE billing_withdrawn_id_seq AS integer

CREATE SEQUENCE bounce_id_seq AS integer

CREATE SEQUENCE bundle_key_id_seq AS integer

CREATE SEQUENCE case_done_id_seq AS integer

CREATE SEQUENCE case_look_id_seq AS integer

CREATE SEQUENCE case_note_id_seq AS integer

CREATE SEQUENCE case_visit_id_seq AS integer

CREATE SEQUENCE consent_id_seq AS integer

CREATE SEQUENCE delivery_id_seq AS integer

CREATE SEQUENCE email_change_id_seq AS integer

CREATE SEQUENCE lookup_customer_id_seq AS integer

CREATE SEQUENCE lookup_search_id_seq AS integer

CREATE SEQUENCE lookup_stale_id_seq AS integer

CREATE SEQUENCE lookup_word_id_seq AS integer

CREATE SEQUENCE mail_id_seq AS integer

CREATE SEQUENCE mail_sample_id_seq AS integer

CREATE SEQUENCE notification_id_seq AS integer

CREATE SEQUENCE outgoing_batch_id_seq AS integer

CREATE SEQUENCE outgoing_id_seq AS integer

CREATE SEQUENCE registration_id_seq AS integer

CREATE SEQUENCE review_id_seq AS integer

CREATE SEQUENCE sign_in_id_seq AS integer

CREATE SEQUENCE staff_member_id_seq AS integer

CREATE SEQUENCE staff_passkey_id_seq AS integer

CREATE SEQUENCE staff_recovery_code_id_seq AS integer

CREATE SEQUENCE staff_session_id_seq AS integer

CREATE SEQUENCE stray_id_seq AS integer

CREATE TABLE account (id integer DEFAULT nextval('account_id_seq'::regclass) NOT NULL, customer_code character varying(255) NOT NULL, email character varying(255) NOT NULL, phone character varying(255) NOT NULL, kind character varying(255) NOT NULL, language character varying(255) NOT NULL, password_hash character varying(255) NOT NULL, must_change_password boolean NOT NULL, password_expires_at timestamp without time zone, password_changed_at timestamp without time zone, opened_at timestamp without time zone NOT NULL, frozen_at timestamp without time zone, needs_paper_notice boolean NOT NULL, closed_at timestamp without time zone, bounced_at timestamp without time zone, attach_pdf boolean, remind_due boolean DEFAULT false NOT NULL, remind_overdue boolean DEFAULT false NOT NULL, wants_paper boolean DEFAULT false NOT NULL, bounce_kind character varying(255) NOT NULL, tax_number character varying(255) NOT NULL)

CREATE TABLE alert (id integer DEFAULT nextval('alert_id_seq'::regclass) NOT NULL, cause character varying(255) NOT NULL, about character varying(255) NOT NULL, text text NOT NULL, told_at timestamp without time zone NOT NULL, ended_at timestamp without time zone)

CREATE TABLE audit (id integer DEFAULT nextval('audit_id_seq'::regclass) NOT NULL, at timestamp without time zone NOT NULL, who character varying(255) NOT NULL, did character varying(255) NOT NULL, whom character varying(255) NOT NULL, detail character varying(255) NOT NULL, chain character varying(255) NOT NULL, actor character varying(255) DEFAULT ''::character varying NOT NULL)

CREATE TABLE beat (name character varying(255) NOT NULL, seen_at timestamp without time zone NOT NULL)

CREATE TABLE billing_baseline (import_id integer NOT NULL, place character varying(255) NOT NULL, fingerprint character varying(255) NOT NULL, files text NOT NULL)

CREATE TABLE billing_import (id integer DEFAULT nextval('billing_import_id_seq'::regclass) NOT NULL, started_at timestamp without time zone NOT NULL, applied_at timestamp without time zone NOT NULL, as_of_at timestamp without time zone NOT NULL, source character varying(255) NOT NULL, origin character varying(255) NOT NULL, new_count integer NOT NULL, changed_count integer NOT NULL, undone_at timestamp without time zone, aside_count integer NOT NULL, withdrawn_count integer NOT NULL, state character varying(255) DEFAULT 'applied'::character varying NOT NULL, report text DEFAULT ''::text NOT NULL, bundle character varying(255) DEFAULT ''::character varying NOT NULL, published_as integer, is_forgotten boolean DEFAULT false NOT NULL)

CREATE TABLE billing_import_file (import_id integer NOT NULL, name character varying(255) NOT NULL, as_of_at timestamp without time zone NOT NULL)

CREATE TABLE billing_import_replaced (import_id integer NOT NULL, table_name character varying(255) NOT NULL, key character varying(255) NOT NULL, "row" text NOT NULL)

CREATE TABLE billing_set_aside (id integer DEFAULT nextval('billing_set_aside_id_seq'::regclass) NOT NULL, import_id integer NOT NULL, file character varying(255) NOT NULL, line integer NOT NULL, column_name character varying(255) NOT NULL, value text, expected text NOT NULL)

CREATE TABLE billing_withdrawn (id integer DEFAULT nextval('billing_withdrawn_id_seq'::regclass) NOT NULL, import_id integer NOT NULL, table_name character varying(255) NOT NULL, key character varying(255) NOT NULL, "row" text NOT NULL, reason character varying(255) NOT NULL, returned_by integer NOT NULL)

CREATE TABLE bounce (id integer DEFAULT nextval('bounce_id_seq'::regclass) NOT NULL, report_id character varying(255) NOT NULL, mail_id integer, recipient character varying(255) NOT NULL, status character varying(255) NOT NULL, is_final boolean NOT NULL, at timestamp without time zone NOT NULL, kind character varying(255) NOT NULL, cleared_at timestamp without time zone)

CREATE TABLE bundle_key (id integer DEFAULT nextval('bundle_key_id_seq'::regclass) NOT NULL, name character varying(255) NOT NULL, key_hash character varying(255) NOT NULL, created_at timestamp without time zone NOT NULL, revoked_at timestamp without time zone, used_at timestamp without time zone, expires_at timestamp without time zone)

CREATE TABLE case_done (id integer DEFAULT nextval('case_done_id_seq'::regclass) NOT NULL, public_id character varying(255) NOT NULL, customer_code character varying(255) NOT NULL, member_id integer NOT NULL, act character varying(255) NOT NULL, mail_id integer NOT NULL, before text NOT NULL, until_at timestamp without time zone NOT NULL, undone_at timestamp without time zone)

CREATE TABLE case_look (id integer DEFAULT nextval('case_look_id_seq'::regclass) NOT NULL, member_id integer NOT NULL, customer_code character varying(255) NOT NULL, purpose character varying(255) NOT NULL, since_at timestamp without time zone NOT NULL, seen_at timestamp without time zone NOT NULL)

CREATE TABLE case_note (id integer DEFAULT nextval('case_note_id_seq'::regclass) NOT NULL, public_id character varying(255) NOT NULL, customer_code character varying(255) NOT NULL, member_id integer NOT NULL, text text NOT NULL, written_at timestamp without time zone NOT NULL)

CREATE TABLE case_visit (id integer DEFAULT nextval('case_visit_id_seq'::regclass) NOT NULL, public_id character varying(255) NOT NULL, session_id integer NOT NULL, account_id integer NOT NULL, began_at timestamp without time zone NOT NULL)

CREATE TABLE consent (id integer DEFAULT nextval('consent_id_seq'::regclass) NOT NULL, account_id integer NOT NULL, purpose character varying(255) NOT NULL, given boolean NOT NULL, decided_at timestamp without time zone NOT NULL, effective_at timestamp without time zone NOT NULL, text_hash character varying(255) NOT NULL, channel character varying(255) NOT NULL, actor character varying(255) DEFAULT 'customer'::character varying NOT NULL)

CREATE TABLE customer (code character varying(255) NOT NULL, name character varying(512) NOT NULL, kind character varying(255) NOT NULL, nip character varying(255) NOT NULL, email character varying(255) NOT NULL, phone character varying(255) NOT NULL, street character varying(255) NOT NULL, postal_code character varying(255) NOT NULL, city character varying(255) NOT NULL, bank_account character varying(255) NOT NULL, import_id integer DEFAULT 0 NOT NULL)

CREATE TABLE delivery (id integer DEFAULT nextval('delivery_id_seq'::regclass) NOT NULL, public_id character varying(255) NOT NULL, key_id integer NOT NULL, name character varying(255) NOT NULL, sha256 character varying(255) NOT NULL, size bigint NOT NULL, received_at timestamp without time zone NOT NULL, state character varying(255) NOT NULL, tries integer NOT NULL, due_at timestamp without time zone NOT NULL, finished_at timestamp without time zone, report text NOT NULL)

CREATE TABLE document (invoice_number character varying(255) NOT NULL, customer_code character varying(255) NOT NULL, kind character varying(255) NOT NULL, sha256 character varying(255) NOT NULL, size_bytes bigint NOT NULL, import_id integer NOT NULL)

CREATE TABLE email_change (id integer DEFAULT nextval('email_change_id_seq'::regclass) NOT NULL, account_id integer NOT NULL, email character varying(255) NOT NULL, code_hash character varying(255) NOT NULL, tries_left integer NOT NULL, asked_at timestamp without time zone NOT NULL, expires_at timestamp without time zone NOT NULL, ended_at timestamp without time zone, email_before character varying(255) NOT NULL)

CREATE TABLE instalment (invoice_number character varying(255) NOT NULL, due_on date NOT NULL, amount_grosze bigint, import_id integer NOT NULL)

CREATE TABLE invoice (number character varying(255) NOT NULL, customer_code character varying(255) NOT NULL, kind character varying(255) NOT NULL, buyer_name character varying(512) NOT NULL, issued_on date NOT NULL, due_on date, period_from date, period_to date, net_grosze bigint NOT NULL, vat_grosze bigint NOT NULL, gross_grosze bigint NOT NULL, outstanding_grosze bigint NOT NULL, ksef_number character varying(255) NOT NULL, corrects character varying(255) NOT NULL, public_id character varying(255) DEFAULT ''::character varying NOT NULL, payable_grosze bigint, ksef_kind character varying(255) DEFAULT ''::character varying NOT NULL, point_code character varying(255) DEFAULT ''::character varying NOT NULL, bank_account character varying(255) DEFAULT ''::character varying NOT NULL, import_id integer DEFAULT 0 NOT NULL, recipient_name character varying(512) DEFAULT ''::character varying NOT NULL, buyer_nip character varying(255) DEFAULT ''::character varying NOT NULL, due_terms character varying(255) DEFAULT ''::character varying NOT NULL, corrects_also text DEFAULT ''::text NOT NULL, correction_reason character varying(512) DEFAULT ''::character varying NOT NULL, history_from character varying(255) DEFAULT ''::character varying NOT NULL)

CREATE TABLE invoice_line (invoice_number character varying(255) NOT NULL, "position" integer NOT NULL, name character varying(512) NOT NULL, unit character varying(255) NOT NULL, quantity_millionths bigint, unit_net_microgrosze bigint, net_grosze bigint, gross_grosze bigint, vat_rate character varying(255) NOT NULL, before_correction boolean NOT NULL, import_id integer NOT NULL)

CREATE TABLE invoice_reading (invoice_number character varying(255) NOT NULL, "position" integer NOT NULL, serial character varying(255) NOT NULL, previous_litres bigint NOT NULL, current_litres bigint NOT NULL, import_id integer NOT NULL)

CREATE TABLE invoice_vat_sum (invoice_number character varying(255) NOT NULL, vat_rate character varying(255) NOT NULL, net_grosze bigint NOT NULL, vat_grosze bigint NOT NULL, import_id integer NOT NULL)

CREATE TABLE limit_used (name character varying(255) NOT NULL, key character varying(255) NOT NULL, started_at timestamp without time zone NOT NULL, used integer NOT NULL)

CREATE TABLE link (token_hash character varying(255) NOT NULL, account_id integer NOT NULL, purpose character varying(255) NOT NULL, expires_at timestamp without time zone NOT NULL, spent_at timestamp without time zone, email_change_id integer)

CREATE TABLE lookup_customer (id integer DEFAULT nextval('lookup_customer_id_seq'::regclass) NOT NULL, code character varying(255) NOT NULL, words text NOT NULL, identifiers text NOT NULL)

CREATE TABLE lookup_hit (search_id integer NOT NULL, customer_code character varying(255) NOT NULL)

CREATE TABLE lookup_identifier (value bytea NOT NULL, kind character varying(255) NOT NULL, customer_id integer NOT NULL)

CREATE TABLE lookup_posting (word_id integer NOT NULL, customer_id integer NOT NULL)

CREATE TABLE lookup_recent (member_id integer NOT NULL, customer_code character varying(255) NOT NULL, at timestamp without time zone NOT NULL)

CREATE TABLE lookup_search (id integer DEFAULT nextval('lookup_search_id_seq'::regclass) NOT NULL, public_id character varying(255) NOT NULL, member_id integer NOT NULL, at timestamp without time zone NOT NULL, query character varying(255) NOT NULL)

CREATE TABLE lookup_stale (id integer DEFAULT nextval('lookup_stale_id_seq'::regclass) NOT NULL, customer_code character varying(255) NOT NULL)

CREATE TABLE lookup_word (id integer DEFAULT nextval('lookup_word_id_seq'::regclass) NOT NULL, word bytea NOT NULL, customers integer NOT NULL)

CREATE TABLE lookup_word_key (key bytea NOT NULL, word_id integer NOT NULL)

CREATE TABLE mail (id integer DEFAULT nextval('mail_id_seq'::regclass) NOT NULL, message_id character varying(255) NOT NULL, letter character varying(255) NOT NULL, recipient character varying(255) NOT NULL, language character varying(255) NOT NULL, about integer NOT NULL, priority integer NOT NULL, created_at timestamp without time zone NOT NULL, due_at timestamp without time zone NOT NULL, expires_at timestamp without time zone NOT NULL, tries integer NOT NULL, claimed_by character varying(255) NOT NULL, claimed_until timestamp without time zone, sent_at timestamp without time zone, failed_at timestamp without time zone, fault character varying(255) NOT NULL, short_code character varying(255) DEFAULT ''::character varying NOT NULL)

CREATE TABLE mail_sample (id integer DEFAULT nextval('mail_sample_id_seq'::regclass) NOT NULL, import_id integer NOT NULL, facts text NOT NULL, pdf_name character varying(255) NOT NULL, created_at timestamp without time zone NOT NULL)

CREATE TABLE meter (serial character varying(255) NOT NULL, point_code character varying(255) NOT NULL, digits integer NOT NULL, kind character varying(255) NOT NULL, installed_on date, removed_on date, legal_until date, import_id integer NOT NULL, since_on date)

CREATE TABLE notification (id integer DEFAULT nextval('notification_id_seq'::regclass) NOT NULL, account_id integer NOT NULL, invoice_number character varying(255) NOT NULL, kind character varying(255) NOT NULL, mail_id integer, import_id integer NOT NULL, created_at timestamp without time zone NOT NULL, accepted_at timestamp without time zone, opened_at timestamp without time zone, part_due_on character varying(255) DEFAULT ''::character varying NOT NULL, told_gross_grosze bigint, told_due_on date, told_account character varying(255) DEFAULT ''::character varying NOT NULL, written_gross_grosze bigint, written_due_on date, written_account character varying(255) DEFAULT ''::character varying NOT NULL)

CREATE TABLE outgoing (id integer DEFAULT nextval('outgoing_id_seq'::regclass) NOT NULL, feed character varying(255) NOT NULL, customer_code character varying(255) NOT NULL, happened_at timestamp without time zone NOT NULL, effective_at timestamp without time zone NOT NULL, facts text NOT NULL, batch_id integer, exported_at timestamp without time zone, account_id integer)

CREATE TABLE outgoing_batch (id integer DEFAULT nextval('outgoing_batch_id_seq'::regclass) NOT NULL, feed character varying(255) NOT NULL, begun_at timestamp without time zone NOT NULL, written_at timestamp without time zone)

CREATE TABLE payment (payment_id character varying(255) NOT NULL, customer_code character varying(255) NOT NULL, booked_on date NOT NULL, amount_grosze bigint NOT NULL, title character varying(255) NOT NULL, invoice_number character varying(255) NOT NULL, import_id integer NOT NULL)

CREATE TABLE payment_order (id character varying(255) NOT NULL, account_id integer NOT NULL, invoice_number character varying(255) NOT NULL, amount_grosze bigint NOT NULL, operator character varying(255) NOT NULL, state character varying(255) NOT NULL, operator_id character varying(255) NOT NULL, created_at timestamp without time zone NOT NULL, settled_at timestamp without time zone)

CREATE TABLE payment_order_invoice (order_id character varying(255) NOT NULL, invoice_number character varying(255) NOT NULL, amount_grosze bigint NOT NULL, outstanding_grosze bigint NOT NULL)

CREATE TABLE point_of_use (code character varying(255) NOT NULL, customer_code character varying(255) NOT NULL, street character varying(255) NOT NULL, postal_code character varying(255) NOT NULL, city character varying(255) NOT NULL, tariff character varying(255) NOT NULL, import_id integer NOT NULL, former_code character varying(255) NOT NULL, since_on date)

CREATE TABLE reading (meter_serial character varying(255) NOT NULL, read_on date NOT NULL, value_litres bigint NOT NULL, source character varying(255) NOT NULL, import_id integer NOT NULL)

CREATE TABLE registration (id integer DEFAULT nextval('registration_id_seq'::regclass) NOT NULL, token_hash character varying(255) NOT NULL, link_hash character varying(255), customer_code character varying(255) NOT NULL, email character varying(255) NOT NULL, language character varying(255) NOT NULL, started_at timestamp without time zone NOT NULL, expires_at timestamp without time zone NOT NULL, code_asked_at timestamp without time zone NOT NULL, code_hash character varying(255) NOT NULL, code_expires_at timestamp without time zone, code_attempts_left integer NOT NULL, proven_until timestamp without time zone, matches_failed integer NOT NULL, matches_left integer NOT NULL, stopped_until timestamp without time zone, finished_at timestamp without time zone, account_id integer, forms_refused integer NOT NULL, unlocks integer NOT NULL)

CREATE TABLE relay_offer (relay character varying(255) NOT NULL, takes_international boolean NOT NULL, noted_at timestamp without time zone NOT NULL)

CREATE TABLE review (id integer DEFAULT nextval('review_id_seq'::regclass) NOT NULL, registration_id integer NOT NULL, customer_code character varying(255) NOT NULL, email character varying(255) NOT NULL, language character varying(255) NOT NULL, kind character varying(255) NOT NULL, buyer character varying(512) NOT NULL, nip character varying(255) NOT NULL, number character varying(255) NOT NULL, amount_grosze bigint NOT NULL, phone character varying(255) NOT NULL, wants_e_invoice boolean NOT NULL, privacy_hash character varying(255) NOT NULL, terms_hash character varying(255) NOT NULL, e_invoice_hash character varying(255) NOT NULL, asked_at timestamp without time zone NOT NULL, decision character varying(255) NOT NULL, decided_at timestamp without time zone, decided_by character varying(255) NOT NULL, reached_by character varying(255) NOT NULL, reason character varying(255) NOT NULL, unread text NOT NULL)

CREATE TABLE session (token_hash character varying(255) NOT NULL, account_id integer NOT NULL, started_at timestamp without time zone NOT NULL, seen_at timestamp without time zone NOT NULL, public_id character varying(255) DEFAULT ''::character varying NOT NULL, device character varying(255) DEFAULT ''::character varying NOT NULL, network character varying(255) DEFAULT ''::character varying NOT NULL)

CREATE TABLE sign_in (id integer DEFAULT nextval('sign_in_id_seq'::regclass) NOT NULL, account_id integer NOT NULL, at timestamp without time zone NOT NULL, outcome character varying(255) NOT NULL, device character varying(255) NOT NULL, network character varying(255) NOT NULL)

CREATE TABLE spent_captcha (id character varying(255) NOT NULL, expires_at timestamp without time zone NOT NULL)

CREATE TABLE staff_member (id integer DEFAULT nextval('staff_member_id_seq'::regclass) NOT NULL, public_id character varying(255) NOT NULL, name character varying(255) NOT NULL, email character varying(255) NOT NULL, role character varying(255) NOT NULL, language character varying(255) NOT NULL, password_hash character varying(255) NOT NULL, invitation_hash character varying(255) NOT NULL, invited_until timestamp without time zone, joined_at timestamp without time zone, removed_at timestamp without time zone, signed_in_at timestamp without time zone, totp_sealed character varying(255) NOT NULL, totp_asked_sealed character varying(255) NOT NULL, totp_step bigint NOT NULL, provider_issuer character varying(255) NOT NULL, provider_subject character varying(255) NOT NULL, single_keys boolean NOT NULL)

CREATE TABLE staff_passkey (id integer DEFAULT nextval('staff_passkey_id_seq'::regclass) NOT NULL, public_id character varying(255) NOT NULL, member_id integer NOT NULL, credential_id text NOT NULL, public_key bytea NOT NULL, sign_count bigint NOT NULL, name character varying(255) NOT NULL, added_at timestamp without time zone NOT NULL, used_at timestamp without time zone)

CREATE TABLE staff_recovery_code (id integer DEFAULT nextval('staff_recovery_code_id_seq'::regclass) NOT NULL, member_id integer NOT NULL, code_hash character varying(255) NOT NULL, used_at timestamp without time zone)

CREATE TABLE staff_session (id integer DEFAULT nextval('staff_session_id_seq'::regclass) NOT NULL, token_hash character varying(255) NOT NULL, public_id character varying(255) NOT NULL, member_id integer NOT NULL, is_pending boolean NOT NULL, started_at timestamp without time zone NOT NULL, seen_at timestamp without time zone NOT NULL, confirmed_at timestamp without time zone, before_at timestamp without time zone, device character varying(255) NOT NULL, network character varying(255) NOT NULL, may_set_up boolean NOT NULL)

CREATE TABLE stray (id integer DEFAULT nextval('stray_id_seq'::regclass) NOT NULL, name_hash character varying(255) NOT NULL, file text NOT NULL, at timestamp without time zone NOT NULL)

CREATE TABLE text_version (hash character varying(255) NOT NULL, name character varying(255) NOT NULL, language character varying(255) NOT NULL, body text NOT NULL, published_at timestamp without time zone NOT NULL)

ALTER SEQUENCE account_id_seq OWNED BY account.id

ALTER SEQUENCE alert_id_seq OWNED BY alert.id

ALTER SEQUENCE audit_id_seq OWNED BY audit.id

ALTER SEQUENCE billing_import_id_seq OWNED BY billing_import.id

ALTER SEQUENCE billing_set_aside_id_seq OWNED BY billing_set_aside.id

ALTER SEQUENCE billing_withdrawn_id_seq OWNED BY billing_withdrawn.id

ALTER SEQUENCE bounce_id_seq OWNED BY bounce.id

ALTER SEQUENCE bundle_key_id_seq OWNED BY bundle_key.id

ALTER SEQUENCE case_done_id_seq OWNED BY case_done.id

ALTER SEQUENCE case_look_id_seq OWNED BY case_look.id

ALTER SEQUENCE case_note_id_seq OWNED BY case_note.id

ALTER SEQUENCE case_visit_id_seq OWNED BY case_visit.id

ALTER SEQUENCE consent_id_seq OWNED BY consent.id

ALTER SEQUENCE delivery_id_seq OWNED BY delivery.id

ALTER SEQUENCE email_change_id_seq OWNED BY email_change.id

ALTER SEQUENCE lookup_customer_id_seq OWNED BY lookup_customer.id

ALTER SEQUENCE lookup_search_id_seq OWNED BY lookup_search.id

ALTER SEQUENCE lookup_stale_id_seq OWNED BY lookup_stale.id

ALTER SEQUENCE lookup_word_id_seq OWNED BY lookup_word.id

ALTER SEQUENCE mail_id_seq OWNED BY mail.id

ALTER SEQUENCE mail_sample_id_seq OWNED BY mail_sample.id

ALTER SEQUENCE notification_id_seq OWNED BY notification.id

ALTER SEQUENCE outgoing_batch_id_seq OWNED BY outgoing_batch.id

ALTER SEQUENCE outgoing_id_seq OWNED BY outgoing.id

ALTER SEQUENCE registration_id_seq OWNED BY registration.id

ALTER SEQUENCE review_id_seq OWNED BY review.id

ALTER SEQUENCE sign_in_id_seq OWNED BY sign_in.id

ALTER SEQUENCE staff_member_id_seq OWNED BY staff_member.id

ALTER SEQUENCE staff_passkey_id_seq OWNED BY staff_passkey.id

ALTER SEQUENCE staff_recovery_code_id_seq OWNED BY staff_recovery_code.id

ALTER SEQUENCE staff_session_id_seq OWNED BY staff_session.id

ALTER SEQUENCE stray_id_seq OWNED BY stray.id

ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY (id)

ALTER TABLE alert ADD CONSTRAINT alert_pkey PRIMARY KEY (id)

ALTER TABLE audit ADD CONSTRAINT audit_pkey PRIMARY KEY (id)

ALTER TABLE beat ADD CONSTRAINT beat_pkey PRIMARY KEY (name)

ALTER TABLE billing_baseline ADD CONSTRAINT billing_baseline_pkey PRIMARY KEY (import_id)

ALTER TABLE billing_import ADD CONSTRAINT billing_import_pkey PRIMARY KEY (id)

ALTER TABLE billing_import_file ADD CONSTRAINT billing_import_file_pkey PRIMARY KEY (import_id, name)

ALTER TABLE billing_import_replaced ADD CONSTRAINT billing_import_replaced_pkey PRIMARY KEY (import_id, table_name, key)

ALTER TABLE billing_set_aside ADD CONSTRAINT billing_set_aside_pkey PRIMARY KEY (id)

ALTER TABLE billing_withdrawn ADD CONSTRAINT billing_withdrawn_pkey PRIMARY KEY (id)

ALTER TABLE bounce ADD CONSTRAINT bounce_pkey PRIMARY KEY (id)

ALTER TABLE bundle_key ADD CONSTRAINT bundle_key_pkey PRIMARY KEY (id)

ALTER TABLE case_done ADD CONSTRAINT case_done_pkey PRIMARY KEY (id)

ALTER TABLE case_look ADD CONSTRAINT case_look_pkey PRIMARY KEY (id)

ALTER TABLE case_note ADD CONSTRAINT case_note_pkey PRIMARY KEY (id)

ALTER TABLE case_visit ADD CONSTRAINT case_visit_pkey PRIMARY KEY (id)

ALTER TABLE consent ADD CONSTRAINT consent_pkey PRIMARY KEY (id)

ALTER TABLE customer ADD CONSTRAINT customer_pkey PRIMARY KEY (code)

ALTER TABLE delivery ADD CONSTRAINT delivery_pkey PRIMARY KEY (id)

ALTER TABLE document ADD CONSTRAINT document_pkey PRIMARY KEY (invoice_number, customer_code, kind)

ALTER TABLE email_change ADD CONSTRAINT email_change_pkey PRIMARY KEY (id)

ALTER TABLE instalment ADD CONSTRAINT instalment_pkey PRIMARY KEY (invoice_number, due_on)

ALTER TABLE invoice ADD CONSTRAINT invoice_pkey PRIMARY KEY (number)

ALTER TABLE invoice_line ADD CONSTRAINT invoice_line_pkey PRIMARY KEY (invoice_number, "position")

ALTER TABLE invoice_reading ADD CONSTRAINT invoice_reading_pkey PRIMARY KEY (invoice_number, "position")

ALTER TABLE invoice_vat_sum ADD CONSTRAINT invoice_vat_sum_pkey PRIMARY KEY (invoice_number, vat_rate)

ALTER TABLE limit_used ADD CONSTRAINT limit_used_pkey PRIMARY KEY (name, key)

ALTER TABLE link ADD CONSTRAINT link_pkey PRIMARY KEY (token_hash)

ALTER TABLE lookup_customer ADD CONSTRAINT lookup_customer_pkey PRIMARY KEY (id)

ALTER TABLE lookup_hit ADD CONSTRAINT lookup_hit_pkey PRIMARY KEY (search_id, customer_code)

ALTER TABLE lookup_identifier ADD CONSTRAINT lookup_identifier_pkey PRIMARY KEY (value, kind, customer_id)

ALTER TABLE lookup_posting ADD CONSTRAINT lookup_posting_pkey PRIMARY KEY (word_id, customer_id)

ALTER TABLE lookup_recent ADD CONSTRAINT lookup_recent_pkey PRIMARY KEY (member_id, customer_code)

ALTER TABLE lookup_search ADD CONSTRAINT lookup_search_pkey PRIMARY KEY (id)

ALTER TABLE lookup_stale ADD CONSTRAINT lookup_stale_pkey PRIMARY KEY (id)

ALTER TABLE lookup_word ADD CONSTRAINT lookup_word_pkey PRIMARY KEY (id)

ALTER TABLE lookup_word_key ADD CONSTRAINT lookup_word_key_pkey PRIMARY KEY (key, word_id)

ALTER TABLE mail ADD CONSTRAINT mail_pkey PRIMARY KEY (id)

ALTER TABLE mail_sample ADD CONSTRAINT mail_sample_pkey PRIMARY KEY (id)

ALTER TABLE meter ADD CONSTRAINT meter_pkey PRIMARY KEY (serial)

ALTER TABLE notification ADD CONSTRAINT notification_pkey PRIMARY KEY (id)

ALTER TABLE outgoing ADD CONSTRAINT outgoing_pkey PRIMARY KEY (id)

ALTER TABLE outgoing_batch ADD CONSTRAINT outgoing_batch_pkey PRIMARY KEY (id)

ALTER TABLE payment ADD CONSTRAINT payment_pkey PRIMARY KEY (payment_id)

ALTER TABLE payment_order ADD CONSTRAINT payment_order_pkey PRIMARY KEY (id)

ALTER TABLE payment_order_invoice ADD CONSTRAINT payment_order_invoice_pkey PRIMARY KEY (order_id, invoice_number)

ALTER TABLE point_of_use ADD CONSTRAINT point_of_use_pkey PRIMARY KEY (code)

ALTER TABLE reading ADD CONSTRAINT reading_pkey PRIMARY KEY (meter_serial, read_on)

ALTER TABLE registration ADD CONSTRAINT registration_pkey PRIMARY KEY (id)

ALTER TABLE relay_offer ADD CONSTRAINT relay_offer_pkey PRIMARY KEY (relay)

ALTER TABLE review ADD CONSTRAINT review_pkey PRIMARY KEY (id)

ALTER TABLE session ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash)

ALTER TABLE sign_in ADD CONSTRAINT sign_in_pkey PRIMARY KEY (id)

ALTER TABLE spent_captcha ADD CONSTRAINT spent_captcha_pkey PRIMARY KEY (id)

ALTER TABLE staff_member ADD CONSTRAINT staff_member_pkey PRIMARY KEY (id)

ALTER TABLE staff_passkey ADD CONSTRAINT staff_passkey_pkey PRIMARY KEY (id)

ALTER TABLE staff_recovery_code ADD CONSTRAINT staff_recovery_code_pkey PRIMARY KEY (id)

ALTER TABLE staff_session ADD CONSTRAINT staff_session_pkey PRIMARY KEY (id)

ALTER TABLE stray ADD CONSTRAINT stray_pkey PRIMARY KEY (id)

ALTER TABLE text_version ADD CONSTRAINT text_version_pkey PRIMARY KEY (hash)

ALTER TABLE account ADD CONSTRAINT account_customer_code_fkey FOREIGN KEY (customer_code) REFERENCES customer(code)

ALTER TABLE billing_baseline ADD CONSTRAINT billing_baseline_import_id_fkey FOREIGN KEY (import_id) REFERENCES billing_import(id) ON DELETE CASCADE

ALTER TABLE billing_import_file ADD CONSTRAINT billing_import_file_import_id_fkey FOREIGN KEY (import_id) REFERENCES billing_import(id) ON DELETE CASCADE

ALTER TABLE billing_import_replaced ADD CONSTRAINT billing_import_replaced_import_id_fkey FOREIGN KEY (import_id) REFERENCES billing_import(id) ON DELETE CASCADE

ALTER TABLE billing_set_aside ADD CONSTRAINT billing_set_aside_import_id_fkey FOREIGN KEY (import_id) REFERENCES billing_import(id) ON DELETE CASCADE

ALTER TABLE billing_withdrawn ADD CONSTRAINT billing_withdrawn_import_id_fkey FOREIGN KEY (import_id) REFERENCES billing_import(id) ON DELETE CASCADE

ALTER TABLE case_done ADD CONSTRAINT case_done_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id)

ALTER TABLE case_look ADD CONSTRAINT case_look_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id)

ALTER TABLE case_note ADD CONSTRAINT case_note_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id)

ALTER TABLE case_visit ADD CONSTRAINT case_visit_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE

ALTER TABLE case_visit ADD CONSTRAINT case_visit_session_id_fkey FOREIGN KEY (session_id) REFERENCES staff_session(id) ON DELETE CASCADE

ALTER TABLE consent ADD CONSTRAINT consent_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)

ALTER TABLE delivery ADD CONSTRAINT delivery_key_id_fkey FOREIGN KEY (key_id) REFERENCES bundle_key(id)

ALTER TABLE email_change ADD CONSTRAINT email_change_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE

ALTER TABLE instalment ADD CONSTRAINT instalment_invoice_number_fkey FOREIGN KEY (invoice_number) REFERENCES invoice(number)

ALTER TABLE invoice ADD CONSTRAINT invoice_customer_code_fkey FOREIGN KEY (customer_code) REFERENCES customer(code)

ALTER TABLE invoice_line ADD CONSTRAINT invoice_line_invoice_number_fkey FOREIGN KEY (invoice_number) REFERENCES invoice(number)

ALTER TABLE invoice_reading ADD CONSTRAINT invoice_reading_invoice_number_fkey FOREIGN KEY (invoice_number) REFERENCES invoice(number)

ALTER TABLE invoice_vat_sum ADD CONSTRAINT invoice_vat_sum_invoice_number_fkey FOREIGN KEY (invoice_number) REFERENCES invoice(number)

ALTER TABLE link ADD CONSTRAINT link_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE

ALTER TABLE link ADD CONSTRAINT link_email_change_id_fkey FOREIGN KEY (email_change_id) REFERENCES email_change(id) ON DELETE CASCADE

ALTER TABLE lookup_hit ADD CONSTRAINT lookup_hit_search_id_fkey FOREIGN KEY (search_id) REFERENCES lookup_search(id) ON DELETE CASCADE

ALTER TABLE lookup_recent ADD CONSTRAINT lookup_recent_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id) ON DELETE CASCADE

ALTER TABLE lookup_search ADD CONSTRAINT lookup_search_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id)

ALTER TABLE mail_sample ADD CONSTRAINT mail_sample_import_id_fkey FOREIGN KEY (import_id) REFERENCES billing_import(id) ON DELETE CASCADE

ALTER TABLE meter ADD CONSTRAINT meter_point_code_fkey FOREIGN KEY (point_code) REFERENCES point_of_use(code)

ALTER TABLE notification ADD CONSTRAINT notification_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)

ALTER TABLE outgoing ADD CONSTRAINT outgoing_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES outgoing_batch(id) ON DELETE RESTRICT

ALTER TABLE payment ADD CONSTRAINT payment_customer_code_fkey FOREIGN KEY (customer_code) REFERENCES customer(code)

ALTER TABLE payment_order ADD CONSTRAINT payment_order_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE

ALTER TABLE payment_order_invoice ADD CONSTRAINT payment_order_invoice_order_id_fkey FOREIGN KEY (order_id) REFERENCES payment_order(id) ON DELETE CASCADE

ALTER TABLE point_of_use ADD CONSTRAINT point_of_use_customer_code_fkey FOREIGN KEY (customer_code) REFERENCES customer(code)

ALTER TABLE reading ADD CONSTRAINT reading_meter_serial_fkey FOREIGN KEY (meter_serial) REFERENCES meter(serial)

ALTER TABLE registration ADD CONSTRAINT registration_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)

ALTER TABLE review ADD CONSTRAINT review_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES registration(id) ON DELETE RESTRICT

ALTER TABLE session ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE

ALTER TABLE sign_in ADD CONSTRAINT sign_in_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE

ALTER TABLE staff_passkey ADD CONSTRAINT staff_passkey_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id)

ALTER TABLE staff_recovery_code ADD CONSTRAINT staff_recovery_code_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id)

ALTER TABLE staff_session ADD CONSTRAINT staff_session_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff_member(id)

CREATE INDEX account_customer_code ON account USING btree (customer_code)

CREATE UNIQUE INDEX account_open ON account USING btree (customer_code) WHERE closed_at IS NULL

CREATE UNIQUE INDEX alert_open ON alert USING btree (cause, about) WHERE ended_at IS NULL

CREATE INDEX auditrow_at ON audit USING btree (at)

CREATE INDEX auditrow_whom ON audit USING btree (whom)

CREATE INDEX batch_feed_written_at ON outgoing_batch USING btree (feed, written_at)

CREATE INDEX billing_import_as_of_at ON billing_import USING btree (as_of_at)

CREATE INDEX billing_import_file_import_id ON billing_import_file USING btree (import_id)

CREATE INDEX billing_import_file_name ON billing_import_file USING btree (name)

CREATE INDEX bounce_recipient ON bounce USING btree (recipient)

CREATE UNIQUE INDEX bounce_report_id ON bounce USING btree (report_id)

CREATE UNIQUE INDEX bundle_key_key_hash ON bundle_key USING btree (key_hash)

CREATE UNIQUE INDEX bundle_key_name ON bundle_key USING btree (name)

CREATE INDEX case_done_member_id_customer_code ON case_done USING btree (member_id, customer_code)

CREATE UNIQUE INDEX case_done_public_id ON case_done USING btree (public_id)

CREATE INDEX case_done_until_at ON case_done USING btree (until_at)

CREATE INDEX case_look_customer_code ON case_look USING btree (customer_code)

CREATE UNIQUE INDEX case_look_member_id_customer_code ON case_look USING btree (member_id, customer_code)

CREATE INDEX case_note_customer_code ON case_note USING btree (customer_code)

CREATE UNIQUE INDEX case_note_public_id ON case_note USING btree (public_id)

CREATE INDEX case_visit_began_at ON case_visit USING btree (began_at)

CREATE UNIQUE INDEX case_visit_public_id ON case_visit USING btree (public_id)

CREATE INDEX case_visit_session_id ON case_visit USING btree (session_id)

CREATE INDEX consent_account_id ON consent USING btree (account_id)

CREATE INDEX customer_bank_account ON customer USING btree (bank_account)

CREATE INDEX delivery_key_id ON delivery USING btree (key_id)

CREATE UNIQUE INDEX delivery_key_id_sha256 ON delivery USING btree (key_id, sha256)

CREATE UNIQUE INDEX delivery_public_id ON delivery USING btree (public_id)

CREATE INDEX delivery_received_at ON delivery USING btree (received_at)

CREATE INDEX document_sha256 ON document USING btree (sha256)

CREATE INDEX emailchange_account_id ON email_change USING btree (account_id)

CREATE INDEX emailchange_expires_at ON email_change USING btree (expires_at)

CREATE INDEX instalment_due_on ON instalment USING btree (due_on)

CREATE INDEX invoice_bank_account ON invoice USING btree (bank_account) WHERE bank_account::text <> ''::text

CREATE INDEX invoice_customer_code ON invoice USING btree (customer_code)

CREATE INDEX invoice_customer_code_issued_on ON invoice USING btree (customer_code, issued_on)

CREATE INDEX invoice_history_from ON invoice USING btree (history_from) WHERE history_from::text <> ''::text

CREATE INDEX invoice_ksef_number ON invoice USING btree (ksef_number) WHERE ksef_number::text <> ''::text

CREATE INDEX limit_started_at ON limit_used USING btree (started_at)

CREATE INDEX link_account_id ON link USING btree (account_id)

CREATE INDEX link_expires_at ON link USING btree (expires_at)

CREATE UNIQUE INDEX lookup_customer_code ON lookup_customer USING btree (code)

CREATE INDEX lookup_hit_customer_code ON lookup_hit USING btree (customer_code)

CREATE INDEX lookup_hit_search_id ON lookup_hit USING btree (search_id)

CREATE INDEX lookup_search_at ON lookup_search USING btree (at)

CREATE INDEX lookup_search_member_id ON lookup_search USING btree (member_id)

CREATE UNIQUE INDEX lookup_search_public_id ON lookup_search USING btree (public_id)

CREATE INDEX lookup_stale_customer_code ON lookup_stale USING btree (customer_code)

CREATE UNIQUE INDEX lookup_word_word ON lookup_word USING btree (word)

CREATE UNIQUE INDEX mail_message_id ON mail USING btree (message_id)

CREATE INDEX mail_recipient ON mail USING btree (recipient)

CREATE INDEX mail_sample_import_id ON mail_sample USING btree (import_id)

CREATE INDEX mail_sent_at_failed_at_priority_due_at ON mail USING btree (sent_at, failed_at, priority, due_at)

CREATE INDEX mail_short_code ON mail USING btree (short_code)

CREATE INDEX mail_waiting ON mail USING btree (priority, due_at, id) WHERE sent_at IS NULL AND failed_at IS NULL

CREATE INDEX meter_point_code ON meter USING btree (point_code)

CREATE UNIQUE INDEX notification_account_id_invoice_number_kind_part_due_on ON notification USING btree (account_id, invoice_number, kind, part_due_on)

CREATE INDEX notification_import_id ON notification USING btree (import_id)

CREATE INDEX notification_invoice_number ON notification USING btree (invoice_number)

CREATE INDEX outgoing_account_id ON outgoing USING btree (account_id)

CREATE INDEX outgoing_batch_id ON outgoing USING btree (batch_id)

CREATE INDEX outgoing_customer_code ON outgoing USING btree (customer_code)

CREATE INDEX outgoing_feed_exported_at_effective_at ON outgoing USING btree (feed, exported_at, effective_at)

CREATE INDEX payment_customer_code_booked_on ON payment USING btree (customer_code, booked_on)

CREATE INDEX paymentorder_account_id ON payment_order USING btree (account_id)

CREATE INDEX pointofuse_customer_code ON point_of_use USING btree (customer_code)

CREATE INDEX registration_customer_code ON registration USING btree (customer_code)

CREATE INDEX registration_expires_at ON registration USING btree (expires_at)

CREATE UNIQUE INDEX registration_link_hash ON registration USING btree (link_hash)

CREATE UNIQUE INDEX registration_token_hash ON registration USING btree (token_hash)

CREATE INDEX replaced_import_id ON billing_import_replaced USING btree (import_id)

CREATE INDEX review_customer_code ON review USING btree (customer_code)

CREATE INDEX review_registration_id ON review USING btree (registration_id)

CREATE UNIQUE INDEX review_waiting ON review USING btree (customer_code, email) WHERE decision::text = ''::text

CREATE INDEX session_account_id ON session USING btree (account_id)

CREATE INDEX setaside_import_id ON billing_set_aside USING btree (import_id)

CREATE INDEX signin_account_id_at ON sign_in USING btree (account_id, at)

CREATE INDEX signin_at ON sign_in USING btree (at)

CREATE INDEX spentcaptcha_expires_at ON spent_captcha USING btree (expires_at)

CREATE UNIQUE INDEX staff_member_email_open ON staff_member USING btree (email) WHERE removed_at IS NULL

CREATE INDEX staff_member_invitation_hash ON staff_member USING btree (invitation_hash)

CREATE UNIQUE INDEX staff_member_name_open ON staff_member USING btree (name) WHERE removed_at IS NULL

CREATE UNIQUE INDEX staff_member_provider_open ON staff_member USING btree (provider_issuer, provider_subject) WHERE provider_subject::text <> ''::text AND removed_at IS NULL

CREATE UNIQUE INDEX staff_member_public_id ON staff_member USING btree (public_id)

CREATE UNIQUE INDEX staff_passkey_credential_id ON staff_passkey USING btree (credential_id)

CREATE INDEX staff_passkey_member_id ON staff_passkey USING btree (member_id)

CREATE UNIQUE INDEX staff_passkey_public_id ON staff_passkey USING btree (public_id)

CREATE INDEX staff_recovery_code_member_id ON staff_recovery_code USING btree (member_id)

CREATE INDEX staff_session_member_id ON staff_session USING btree (member_id)

CREATE UNIQUE INDEX staff_session_public_id ON staff_session USING btree (public_id)

CREATE UNIQUE INDEX staff_session_token_hash ON staff_session USING btree (token_hash)

CREATE UNIQUE INDEX stray_name_hash ON stray USING btree (name_hash)

CREATE INDEX withdrawn_import_id ON billing_withdrawn USING btree (import_id)

CREATE INDEX withdrawn_table_name_key ON billing_withdrawn USING btree (table_name, key)

CREATE OR REPLACE FUNCTION lookup_account_added() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT customer_code FROM added; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_account_changed() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code UNION SELECT NEW.customer_code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_account_gone() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_customer_added() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT code FROM added; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_customer_changed() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.code UNION SELECT NEW.code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_customer_gone() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_meter_added() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT p.customer_code FROM added JOIN point_of_use AS p ON p.code = added.point_code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_meter_changed() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT customer_code FROM point_of_use WHERE code = OLD.point_code UNION SELECT customer_code FROM point_of_use WHERE code = NEW.point_code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_meter_gone() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT customer_code FROM point_of_use WHERE code = OLD.point_code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_point_of_use_added() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT customer_code FROM added; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_point_of_use_changed() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code UNION SELECT NEW.customer_code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION lookup_point_of_use_gone() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN INSERT INTO lookup_stale (customer_code) SELECT OLD.customer_code; RETURN NULL; END $function$

CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $function$

CREATE TRIGGER lookup_account_added AFTER INSERT ON account REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lookup_account_added()

CREATE TRIGGER lookup_account_changed AFTER UPDATE OF email, phone, closed_at ON account FOR EACH ROW WHEN (old.email::text IS DISTINCT FROM new.email::text OR old.phone::text IS DISTINCT FROM new.phone::text OR old.closed_at IS DISTINCT FROM new.closed_at) EXECUTE FUNCTION lookup_account_changed()

CREATE TRIGGER lookup_account_gone AFTER DELETE ON account FOR EACH ROW EXECUTE FUNCTION lookup_account_gone()

CREATE TRIGGER audit_is_not_changed BEFORE DELETE OR UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()

CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()

CREATE TRIGGER lookup_customer_added AFTER INSERT ON customer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lookup_customer_added()

CREATE TRIGGER lookup_customer_changed AFTER UPDATE OF name, nip, email, phone, street, postal_code, city ON customer FOR EACH ROW WHEN (old.name::text IS DISTINCT FROM new.name::text OR old.nip::text IS DISTINCT FROM new.nip::text OR old.email::text IS DISTINCT FROM new.email::text OR old.phone::text IS DISTINCT FROM new.phone::text OR old.street::text IS DISTINCT FROM new.street::text OR old.postal_code::text IS DISTINCT FROM new.postal_code::text OR old.city::text IS DISTINCT FROM new.city::text) EXECUTE FUNCTION lookup_customer_changed()

CREATE TRIGGER lookup_customer_gone AFTER DELETE ON customer FOR EACH ROW EXECUTE FUNCTION lookup_customer_gone()

CREATE TRIGGER lookup_meter_added AFTER INSERT ON meter REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lookup_meter_added()

CREATE TRIGGER lookup_meter_changed AFTER UPDATE OF point_code ON meter FOR EACH ROW WHEN (old.point_code::text IS DISTINCT FROM new.point_code::text) EXECUTE FUNCTION lookup_meter_changed()

CREATE TRIGGER lookup_meter_gone AFTER DELETE ON meter FOR EACH ROW EXECUTE FUNCTION lookup_meter_gone()

CREATE TRIGGER lookup_point_of_use_added AFTER INSERT ON point_of_use REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lookup_point_of_use_added()

CREATE TRIGGER lookup_point_of_use_changed AFTER UPDATE OF customer_code, street, postal_code, city ON point_of_use FOR EACH ROW WHEN (old.customer_code::text IS DISTINCT FROM new.customer_code::text OR old.street::text IS DISTINCT FROM new.street::text OR old.postal_code::text IS DISTINCT FROM new.postal_code::text OR old.city::text IS DISTINCT FROM new.city::text) EXECUTE FUNCTION lookup_point_of_use_changed()

CREATE TRIGGER lookup_point_of_use_gone AFTER DELETE ON point_of_use FOR EACH ROW EXECUTE FUNCTION lookup_point_of_use_gone()
