"""An invoice knows who receives it beside its buyer: a school beside its gmina."""


def up(_migrator, db):
    for column in ("recipient_name VARCHAR(512)", "buyer_nip VARCHAR(255)"):
        db.execute_sql(f"ALTER TABLE invoice ADD COLUMN {column} NOT NULL DEFAULT ''")
