-- The host's tables, created only where the host has none. The comment marks what is ours to drop again.
do $$
begin
  if to_regclass('stores') is null then
    create table stores (
      id serial primary key,
      name text not null,
      address text,
      is_active boolean not null default true
    );
    comment on table stores is 'created by torioki';
  end if;

  if to_regclass('menus') is null then
    create table menus (
      id serial primary key,
      store_id integer not null references stores (id),
      name text not null,
      price integer not null check (price >= 0),
      description text,
      image_url text,
      is_available boolean not null default true
    );
    create index ix_menus_store_id on menus (store_id);
    comment on table menus is 'created by torioki';
  end if;

  if to_regclass('users') is null then
    create table users (id serial primary key);
    comment on table users is 'created by torioki';
  end if;
end
$$;
