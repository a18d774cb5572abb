drop function torioki_take_guest_lines(varchar);
drop function torioki_hold_user_lines(integer);
drop table torioki_tickets;
drop table torioki_hand_overs;
