-- The users themselves stay, as ids: carts and receipts refer to them.
do $$
begin
  if to_regclass('torioki_login_sessions') is null then
    return;
  end if;

  drop table torioki_login_verifications;
  drop table torioki_login_accounts;
  drop table torioki_login_sessions;
  alter table users
    drop column name, drop column email, drop column email_verified,
    drop column image, drop column created_at, drop column updated_at;
end
$$;
