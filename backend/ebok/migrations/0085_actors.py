"""Who did something has a kind apart from the name; landed rows have none, and keep their chain."""


def up(migrator, db):
    # Not by the migrator: it would write the default into each row, which the triggers refuse.
    db.execute_sql("ALTER TABLE audit ADD COLUMN actor VARCHAR(255) NOT NULL DEFAULT ''")
