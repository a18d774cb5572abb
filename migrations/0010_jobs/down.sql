drop schema torioki_jobs cascade;
