drop table store_hours;
