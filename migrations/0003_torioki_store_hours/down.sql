drop table torioki_store_hours;
