-- The clean-up finds what is out of date by these.
create index ix_torioki_tickets_expires_at on torioki_tickets (expires_at);

do $$
begin
  if to_regclass('torioki_login_verifications') is not null then
    create index ix_torioki_login_verifications_expires_at on torioki_login_verifications (expires_at);
  end if;
end
$$;
