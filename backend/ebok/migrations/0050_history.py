"""An invoice knows which file of the past it is from: JPK_FA(4), FA(2)."""


def up(_migrator, db):
    column = "history_from VARCHAR(255) NOT NULL DEFAULT ''"
    db.execute_sql(f"ALTER TABLE invoice ADD COLUMN {column}")
    db.execute_sql(
        "CREATE INDEX invoice_history_from ON invoice (history_from) WHERE history_from <> ''"
    )
