drop table torioki_look_up_cache;
