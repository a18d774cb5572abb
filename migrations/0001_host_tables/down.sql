do $$
declare
  name text;
begin
  foreach name in array array['menus', 'stores', 'users'] loop
    if obj_description(to_regclass(name), 'pg_class') = 'created by torioki' then
      execute format('drop table %I', name);
    end if;
  end loop;
end
$$;
