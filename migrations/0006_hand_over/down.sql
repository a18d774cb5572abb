drop function torioki_take_guest_lines(varchar);
drop table torioki_tickets;
drop table torioki_hand_overs;
