-- Accounts with e-mail and password (better-auth), only where users is the table that Torioki created and nobody has added
-- to: a host's own users have their own way to log in. Users that are only an id stay possible.
do $$
begin
  if obj_description('users'::regclass, 'pg_class') is distinct from 'created by torioki'
    or exists (
      select from pg_attribute
      where attrelid = 'users'::regclass and attnum > 0 and not attisdropped and attname <> 'id')
  then
    return;
  end if;

  alter table users
    add column name text not null default '',
    add column email text unique,
    add column email_verified boolean not null default false,
    add column image text,
    add column created_at timestamptz not null default now(),
    add column updated_at timestamptz not null default now();

  create table torioki_login_sessions (
    id serial primary key,
    user_id integer not null references users (id) on delete cascade,
    token text not null unique,
    expires_at timestamptz not null,
    ip_address text,
    user_agent text,
    created_at timestamptz not null,
    updated_at timestamptz not null
  );
  create index ix_torioki_login_sessions_user_id on torioki_login_sessions (user_id);
  create index ix_torioki_login_sessions_expires_at on torioki_login_sessions (expires_at);

  create table torioki_login_accounts (
    id serial primary key,
    user_id integer not null references users (id) on delete cascade,
    account_id text not null,
    provider_id text not null,
    password text,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (provider_id, account_id)
  );
  create index ix_torioki_login_accounts_user_id on torioki_login_accounts (user_id);

  create table torioki_login_verifications (
    id serial primary key,
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  );
  create index ix_torioki_login_verifications_identifier on torioki_login_verifications (identifier);
end
$$;
