drop function torioki_choose_user_store(integer, integer);
drop function torioki_user_key_is_used(integer, text);
drop function torioki_delete_user_lines(integer, integer[]);
drop function torioki_user_lines(integer);
drop table torioki_user_idempotency_keys;
drop table torioki_user_carts;
drop table user_cart_items;
