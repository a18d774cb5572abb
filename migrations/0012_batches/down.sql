drop function torioki_delete_user_lines(integer[], integer[]);
drop function torioki_delete_guest_lines(varchar[], integer[]);
drop function torioki_user_lines(integer[]);
drop function torioki_guest_lines(varchar[]);
