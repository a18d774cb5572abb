drop function torioki_key_is_used(varchar, text);
drop function torioki_delete_guest_lines(varchar, integer[]);
drop function torioki_guest_lines(varchar);
drop table torioki_idempotency_keys;
