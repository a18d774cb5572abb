drop table guest_idempotency_keys;
drop function torioki_guest_lines(varchar);
