-- Makes the servers' role, or gives it its password anew. For psql, because the password comes from the environment and
-- so stands in no command line.
\getenv password SERVER_PASSWORD
select format('create role torioki_server login')
where not exists (select from pg_roles where rolname = 'torioki_server')
\gexec
alter role torioki_server password :'password';
