-- The cart of a user who has logged in: its lines, and one row to hold while they are written.
create table user_cart_items (
  id serial primary key,
  user_id integer not null references users (id) on delete cascade,
  menu_id integer not null references menus (id),
  quantity integer not null default 1 constraint user_cart_items_quantity_range check (quantity between 1 and 99),
  added_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, menu_id)
);
comment on table user_cart_items is 'created by torioki';

-- What guest_sessions is for a guest's cart. The host's users row itself is never held: that needs the right to change it.
create table torioki_user_carts (
  user_id integer primary key references users (id) on delete cascade,
  selected_store_id integer references stores (id) on delete set null
);

create table torioki_user_idempotency_keys (
  user_id integer not null references users (id) on delete cascade,
  key text not null,
  fingerprint text not null,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index ix_torioki_user_idempotency_keys_created_at on torioki_user_idempotency_keys (created_at);

-- The same as those of 0004 for a guest's lines and keys, and for the same reason.
create function torioki_user_lines(held_user_id integer) returns setof user_cart_items
language plpgsql volatile rows 10
as $$
begin
  return query select * from user_cart_items where user_id = held_user_id;
end
$$;

create function torioki_delete_user_lines(held_user_id integer, line_ids integer[]) returns setof integer
language plpgsql volatile rows 10
as $$
begin
  return query delete from user_cart_items where user_id = held_user_id and id = any(line_ids) returning id;
end
$$;

create function torioki_user_key_is_used(held_user_id integer, used_key text) returns boolean
language plpgsql volatile
as $$
begin
  return exists (
    select from torioki_user_idempotency_keys where user_id = held_user_id and key = used_key);
end
$$;

-- A statement cannot change a row that it has just made itself; a function that it calls afterwards can.
create function torioki_choose_user_store(held_user_id integer, store_id integer) returns integer
language plpgsql volatile
as $$
begin
  update torioki_user_carts set selected_store_id = store_id where user_id = held_user_id;
  return held_user_id;
end
$$;
