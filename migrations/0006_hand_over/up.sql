-- What each hand-over did. It goes when the session's row goes.
create table torioki_hand_overs (
  session_id varchar(64) primary key references guest_sessions (session_id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  converted_at timestamptz not null default now(),
  items jsonb not null
);
create index ix_torioki_hand_overs_user_id on torioki_hand_overs (user_id, converted_at);

-- Codes that stand for a session in one hand-over. Only their SHA-256 is stored.
create table torioki_tickets (
  ticket_hash varchar(64) primary key,
  session_id varchar(64) not null references guest_sessions (session_id) on delete cascade,
  expires_at timestamptz not null
);
create index ix_torioki_tickets_session_id on torioki_tickets (session_id);

-- A user's lines, each of them held: one that a program of the host's changes directly is waited for, and not overwritten.
create function torioki_hold_user_lines(held_user_id integer) returns setof user_cart_items
language plpgsql volatile rows 10
as $$
begin
  return query select * from user_cart_items where user_id = held_user_id order by menu_id for no key update;
end
$$;

-- Takes every line out of a session that is held, whatever was written while its row was waited for (see 0004). The
-- store is looked up here, too: the caller's statement may be older than the dish.
create function torioki_take_guest_lines(held_session_id varchar)
returns table (menu_id integer, store_id integer, quantity integer, added_at timestamptz)
language plpgsql volatile rows 10
as $$
begin
  return query
  with taken as (
    delete from guest_cart_items i where i.session_id = held_session_id
    returning i.menu_id, i.quantity, i.added_at
  )
  select t.menu_id, m.store_id::integer, t.quantity, coalesce(t.added_at, now())
  from taken t
  join menus m on m.id = t.menu_id;
end
$$;
