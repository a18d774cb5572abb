drop function torioki_is_read_committed();
