"""The schema, step by step. A step that has been released is never changed; literals, never today's constants."""

from sqlite_utils import Database, Migrations

migrations = Migrations("agent1")


@migrations()
def m001_first_schema(db: Database) -> None:
    for statement in M001.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m006_runs_may_be_rejected(db: Database) -> None:
    db.execute("drop index one_active_run")
    db.execute(
        "create unique index one_active_run on runs((1))"
        " where state not in ('promoted', 'kept', 'rejected', 'failed', 'cancelled')"
    )


M001 = """
create table people (
    id integer primary key,
    name text not null unique,
    is_admin integer not null default 0,
    created_at text not null
);
create table conversations (
    id integer primary key,
    person_id integer not null references people(id) on delete cascade,
    title text not null default '',
    created_at text not null,
    leaf_id integer references messages(id)
);
create index conversations_by_person on conversations(person_id, created_at);
create table messages (
    id integer primary key,
    conversation_id integer not null references conversations(id) on delete cascade,
    parent_id integer references messages(id),
    role text not null check (role in ('system', 'user', 'assistant')),
    content text not null,
    thinking text not null default '',
    state text not null check (state in ('writing', 'done', 'stopped', 'cut', 'failed')),
    tag text not null default '',
    created_at text not null
);
create index messages_by_conversation on messages(conversation_id, role);
create index messages_by_parent on messages(parent_id);
create table ratings (
    message_id integer not null references messages(id) on delete cascade,
    person_id integer not null references people(id) on delete cascade,
    score integer not null check (score between 1 and 5),
    rated_at text not null,
    primary key (message_id, person_id)
);
create table corrections (
    message_id integer not null references messages(id) on delete cascade,
    person_id integer not null references people(id) on delete cascade,
    content text not null,
    corrected_at text not null,
    primary key (message_id, person_id)
);
create table runs (
    id integer primary key autoincrement,
    state text not null,
    base text not null,
    base_digest text not null,
    server text not null,
    examples integer not null,
    created_at text not null,
    finished_at text,
    tag text not null default '',
    cancel_asked integer not null default 0,
    reason text
);
create unique index one_active_run on runs((1))
    where state not in ('promoted', 'kept', 'failed', 'cancelled');
create table run_events (
    id integer primary key,
    run_id integer not null references runs(id) on delete cascade,
    state text not null,
    at text not null,
    note text not null default ''
);
create index run_events_by_run on run_events(run_id);
create table run_messages (
    run_id integer not null references runs(id) on delete cascade,
    message_id integer not null,
    primary key (run_id, message_id)
);
create index run_messages_by_message on run_messages(message_id);
create table promotions (
    id integer primary key autoincrement,
    tag text not null,
    run_id integer references runs(id),
    promoted_at text not null
);
create table settings (
    name text primary key,
    value text not null
)
"""


@migrations()
def m002_chat_page(db: Database) -> None:
    """Activity, deletion with a way back, options per conversation, reasons of a rating, and the search."""
    for statement in M002.split(";\n\n"):
        db.execute(statement)


# The texts of the index lie in their own tables (external content). An answer is indexed once it has ended. SQLite
# updates such an index by being told the old text, so the triggers tell it only of what was indexed.
M002 = """
alter table conversations add column active_at text not null default '';

alter table conversations add column deleted_at text;

alter table conversations add column options text not null default '{}';

alter table ratings add column reasons text not null default '';

alter table messages add column unread integer not null default 0;

update conversations set active_at = coalesce(
    (select max(created_at) from messages where conversation_id = conversations.id), created_at);

create index conversations_by_activity on conversations(person_id, active_at, id)
    where leaf_id is not null and deleted_at is null;

create index conversations_deleted on conversations(deleted_at) where deleted_at is not null;

create virtual table found_titles using fts5(
    title, content='conversations', content_rowid='id', tokenize='unicode61 remove_diacritics 2');

create virtual table found_messages using fts5(
    content, content='messages', content_rowid='id', tokenize='unicode61 remove_diacritics 2');

insert into found_titles (rowid, title) select id, title from conversations;

insert into found_messages (rowid, content) select id, content from messages where state != 'writing';

create trigger conversations_found_insert after insert on conversations begin
    insert into found_titles (rowid, title) values (new.id, new.title);
end;

create trigger conversations_found_update after update of title on conversations begin
    insert into found_titles (found_titles, rowid, title) values ('delete', old.id, old.title);
    insert into found_titles (rowid, title) values (new.id, new.title);
end;

create trigger conversations_found_delete after delete on conversations begin
    insert into found_titles (found_titles, rowid, title) values ('delete', old.id, old.title);
end;

create trigger messages_found_insert after insert on messages when new.state != 'writing' begin
    insert into found_messages (rowid, content) values (new.id, new.content);
end;

create trigger messages_found_end after update on messages when old.state = 'writing' and new.state != 'writing' begin
    insert into found_messages (rowid, content) values (new.id, new.content);
end;

create trigger messages_found_delete after delete on messages when old.state != 'writing' begin
    insert into found_messages (found_messages, rowid, content) values ('delete', old.id, old.content);
end
"""


@migrations()
def m005_material(db: Database) -> None:
    for statement in M005.split(";\n"):
        db.execute(statement)


M005 = """
create table held_out (
    conversation_id integer primary key references conversations(id) on delete cascade,
    held_out_at text not null
);
create table material_choices (
    message_id integer primary key references messages(id) on delete cascade,
    choice text not null check (choice in ('leave_out', 'bring_back')),
    chosen_at text not null
);
create table imports (
    conversation_id integer primary key references conversations(id) on delete cascade,
    digest text not null
);
create index imports_by_digest on imports(digest)
"""


@migrations()
def m005b_source_of_imports(db: Database) -> None:
    db.execute("alter table imports add column source text not null default ''")
    db.execute("create index imports_by_source on imports(source) where source != ''")


@migrations()
def m003_pins(db: Database) -> None:
    db.execute("create table pins (tag text primary key, pinned_at text not null)")


@migrations()
def m007_accounts(db: Database) -> None:
    for statement in M007.split(";\n"):
        if statement.strip():
            db.execute(statement)


# Whose ratings may train: people without an account (the one of this machine), and of the others those who said yes,
# unless the setting `teachers` names some: then only these.
M007 = """
create table accounts (
    person_id integer primary key references people(id) on delete cascade,
    password_hash text not null,
    teaches integer check (teaches in (0, 1)),
    changed_at text not null
);
create table sessions (
    token_hash text primary key,
    person_id integer not null references people(id) on delete cascade,
    opened_at text not null,
    seen_at text not null
);
create index sessions_by_person on sessions(person_id);
create table sign_in_failures (
    who text primary key,
    failures integer not null,
    last_at text not null
);
create view teachers as
select people.id as person_id from people left join accounts on accounts.person_id = people.id
where accounts.person_id is null or (
    accounts.teaches = 1 and (
        not exists (select 1 from settings, json_each(settings.value) where settings.name = 'teachers')
        or people.name in (select json_each.value from settings, json_each(settings.value)
                           where settings.name = 'teachers')
    )
)
"""


@migrations()
def m002b_figures(db: Database) -> None:
    """What is counted again and again lies in an index of its own, so that no text is read for it."""
    db.execute("create index messages_said on messages(conversation_id) where role != 'system' and content != ''")


@migrations()
def m006b_watch(db: Database) -> None:
    """Looks at the faces that a new model gets, and which promotion was one of going back."""
    db.execute("alter table promotions add column went_back_from text not null default ''")
    db.execute(
        "create table looks (promotion_id integer not null references promotions(id) on delete cascade,"
        " ratings integer not null, looked_at text not null, mean real not null, former_mean real,"
        " former_ratings integer not null, is_worse integer not null, primary key (promotion_id, ratings))"
    )
    db.execute("create index messages_by_tag on messages(tag) where tag != ''")


@migrations()
def m006c_ids_are_never_given_again(db: Database) -> None:
    """What a run learned is known by the ids of messages: one that was deleted must not come back as another."""
    db.execute("create table highest_message (id integer not null)")
    db.execute(
        "insert into highest_message select max(coalesce((select max(id) from messages), 0),"
        " coalesce((select max(message_id) from run_messages), 0))"
    )
    db.execute(
        "create trigger messages_deleted after delete on messages when old.id > (select id from highest_message)"
        " begin update highest_message set id = old.id; end"
    )


@migrations()
def m006d_comparisons(db: Database) -> None:
    db.execute(
        "create table comparisons (run_id integer not null references runs(id) on delete cascade,"
        " place integer not null, tuned_first integer not null check (tuned_first in (0, 1)),"
        " pick text check (pick in ('tuned', 'former', 'same')), picked_at text, primary key (run_id, place))"
    )
