-- Every write relies on seeing, once it holds a row, what was committed while it waited for it (0004). At another isolation
-- level it would go on seeing what was there before, and lose lines that were acknowledged: so it refuses.
create function torioki_is_read_committed() returns boolean
language plpgsql stable
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'Torioki writes at the isolation level read committed only, and this connection is at %',
      current_setting('transaction_isolation')
      using errcode = 'object_not_in_prerequisite_state',
        hint = 'Set default_transaction_isolation for the pool that you hand to createTorioki.';
  end if;
  return true;
end
$$;
