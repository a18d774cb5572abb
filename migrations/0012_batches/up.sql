-- The functions of 0004 and 0005 for many owners at once: a batch holds the rows of many sessions, and then sees the lines of
-- all of them. Those for one owner stay, for servers of the release before that run while this one is being rolled out.
create function torioki_guest_lines(held_session_ids varchar[]) returns setof guest_cart_items
language plpgsql volatile rows 300
as $$
begin
  return query select * from guest_cart_items where session_id = any(held_session_ids);
end
$$;

create function torioki_user_lines(held_user_ids integer[]) returns setof user_cart_items
language plpgsql volatile rows 300
as $$
begin
  return query select * from user_cart_items where user_id = any(held_user_ids);
end
$$;

create function torioki_delete_guest_lines(held_session_ids varchar[], line_ids integer[]) returns setof integer
language plpgsql volatile rows 100
as $$
begin
  return query delete from guest_cart_items
    where id = any(line_ids) and session_id = any(held_session_ids) returning id;
end
$$;

create function torioki_delete_user_lines(held_user_ids integer[], line_ids integer[]) returns setof integer
language plpgsql volatile rows 100
as $$
begin
  return query delete from user_cart_items where id = any(line_ids) and user_id = any(held_user_ids) returning id;
end
$$;
