-- Another program's cart of the same name stops Torioki: whose lines would win is not for a migration to decide.
insert into torioki_plan
select true, 'user_cart_items is another program''s table: rename it (its rows can be copied into Torioki''s afterwards)'
where to_regclass('user_cart_items') is not null
  and obj_description(to_regclass('user_cart_items'), 'pg_class') is distinct from 'created by torioki';
