/** Everything that changes of a table t may leave behind, as one value. */
export const traces = `select jsonb_build_object(
  'indexes', (select jsonb_agg(jsonb_build_array(pg_get_indexdef(i.indexrelid), i.indisvalid) order by c.relname)
     from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'public'::regnamespace),
  'options', (select jsonb_agg(o order by o) from pg_class, unnest(reloptions) o where oid = 'public.t'::regclass),
  'views', (select jsonb_agg(matviewname::text order by 1) from pg_matviews),
  'constraints', (select jsonb_agg(jsonb_build_array(conname, convalidated) order by conname) from pg_constraint where conrelid = 'public.t'::regclass),
  'extensions', (select jsonb_agg(extname::text order by 1) from pg_extension),
  'file', (select jsonb_agg(jsonb_build_array(name, setting) order by name) from pg_file_settings where sourcefile like '%auto.conf'),
  'settings', (select jsonb_agg(setting order by name) from pg_settings where name in ('work_mem', 'jit'))) as all`;
