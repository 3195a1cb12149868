import { startTestPostgres } from './postgres';
import pg from 'pg';
const t = await startTestPostgres({ version: 18 });
await t.cluster.createDatabase('shop');
const c = new pg.Client({ connectionString: t.url('shop') }); await c.connect();
await c.query('create extension pg_stat_statements');
await c.query(`create table orders as select g as id, (random()*20000)::int as customer_id, md5(g::text) as note, now() - g * interval '1 minute' as at from generate_series(1,200000) g`);
await c.query('create table customers as select g as id, md5(g::text) as email from generate_series(1,20000) g');
await c.query('alter table customers add primary key (id)');
await c.query('analyze');
for (let i=0;i<150;i++) { await c.query('select * from orders where customer_id = $1',[i]); await c.query('select email from customers where id = $1',[i+1]); }
console.log(t.url('shop'), process.pid);
await c.end();
process.on('SIGTERM', async () => { await t.stop(); process.exit(0); });
setInterval(()=>{},1000);
