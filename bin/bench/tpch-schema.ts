/**
 * Tables and data in the shape of TPC-H (specification 3.0.1, clauses 1.4 and 4.2): row counts, keys, value
 * ranges and correlations of columns, so that plans are like those of the real data. Primary keys only. All from
 * generate_series and hash functions: the same data every time.
 */
export const tables = `
create table region (r_regionkey int primary key, r_name char(25) not null, r_comment varchar(152));
create table nation (n_nationkey int primary key, n_name char(25) not null, n_regionkey int not null, n_comment varchar(152));
create table supplier (s_suppkey int primary key, s_name char(25) not null, s_address varchar(40) not null, s_nationkey int not null,
  s_phone char(15) not null, s_acctbal numeric(15,2) not null, s_comment varchar(101) not null);
create table part (p_partkey int primary key, p_name varchar(55) not null, p_mfgr char(25) not null, p_brand char(10) not null,
  p_type varchar(25) not null, p_size int not null, p_container char(10) not null, p_retailprice numeric(15,2) not null, p_comment varchar(23) not null);
create table partsupp (ps_partkey int not null, ps_suppkey int not null, ps_availqty int not null, ps_supplycost numeric(15,2) not null,
  ps_comment varchar(199) not null, primary key (ps_partkey, ps_suppkey));
create table customer (c_custkey int primary key, c_name varchar(25) not null, c_address varchar(40) not null, c_nationkey int not null,
  c_phone char(15) not null, c_acctbal numeric(15,2) not null, c_mktsegment char(10) not null, c_comment varchar(117) not null);
create table orders (o_orderkey int primary key, o_custkey int not null, o_orderstatus char(1) not null, o_totalprice numeric(15,2) not null,
  o_orderdate date not null, o_orderpriority char(15) not null, o_clerk char(15) not null, o_shippriority int not null, o_comment varchar(79) not null);
create table lineitem (l_orderkey int not null, l_partkey int not null, l_suppkey int not null, l_linenumber int not null,
  l_quantity numeric(15,2) not null, l_extendedprice numeric(15,2) not null, l_discount numeric(15,2) not null, l_tax numeric(15,2) not null,
  l_returnflag char(1) not null, l_linestatus char(1) not null, l_shipdate date not null, l_commitdate date not null, l_receiptdate date not null,
  l_shipinstruct char(25) not null, l_shipmode char(10) not null, l_comment varchar(44) not null, primary key (l_orderkey, l_linenumber));`;

const words =
  "array['furiously','quickly','carefully','blithely','special','pending','requests','accounts','packages','deposits','ironic','final','regular','express','theodolites','foxes','pinto','beans','sleep','haggle','unusual','even','bold','silent','Customer','Complaints']";
const colours =
  "array['almond','antique','aquamarine','azure','beige','bisque','black','blanched','blue','blush','brown','burlywood','burnished','chartreuse','chiffon','chocolate','coral','cornflower','cornsilk','cream','cyan','dark','deep','dim','dodger','drab','firebrick','floral','forest','frosted','gainsboro','ghost','goldenrod','green','grey','honeydew','hot','indian','ivory','khaki','lace','lavender','lawn','lemon','light','lime','linen','magenta','maroon','medium','metallic','midnight','mint','misty','moccasin','navajo','navy','olive','orange','orchid','pale','papaya','peach','peru','pink','plum','powder','puff','purple','red','rose','rosy','royal','saddle','salmon','sandy','seashell','sienna','sky','slate','smoke','snow','spring','steel','tan','thistle','tomato','turquoise','violet','wheat','white','yellow']";

/** The functions that the generator draws with, and the data at a scale factor (1 is about 1 GB). */
export function data(scale: number): string[] {
  const suppliers = Math.round(10_000 * scale);
  const parts = Math.round(200_000 * scale);
  const customers = Math.round(150_000 * scale);
  const orders = Math.round(1_500_000 * scale);
  return [
    `create function draw(k bigint, salt int, n int) returns int language sql immutable parallel safe as
       $$ select (((hashint8extended(k, salt) % n) + n) % n)::int $$`,
    `create function phrase(k bigint, salt int, n int) returns text language sql immutable parallel safe as
       $$ select string_agg((${words})[1 + draw(k, salt + i, 26)], ' ') from generate_series(1, n) i $$`,
    `insert into region select n, (array['AFRICA','AMERICA','ASIA','EUROPE','MIDDLE EAST'])[n + 1], phrase(n, 1, 4) from generate_series(0, 4) n`,
    `insert into nation select n - 1, (array['ALGERIA','ARGENTINA','BRAZIL','CANADA','EGYPT','ETHIOPIA','FRANCE','GERMANY','INDIA','INDONESIA','IRAN','IRAQ','JAPAN','JORDAN','KENYA','MOROCCO','MOZAMBIQUE','PERU','CHINA','ROMANIA','SAUDI ARABIA','VIETNAM','RUSSIA','UNITED KINGDOM','UNITED STATES'])[n],
       (array[0,1,1,1,4,0,3,3,2,2,4,4,2,4,0,0,0,1,2,3,4,2,3,3,1])[n], phrase(n, 2, 4) from generate_series(1, 25) n`,
    `insert into supplier select n, 'Supplier#' || lpad(n::text, 9, '0'), md5(n::text), draw(n, 3, 25),
       (10 + draw(n, 3, 25)) || '-' || (100 + draw(n, 4, 900)) || '-' || (100 + draw(n, 5, 900)) || '-' || (1000 + draw(n, 6, 9000)),
       (draw(n, 7, 1099999) - 99999) / 100.0,
       case when draw(n, 8, 2000) = 0 then 'about Customer and Complaints' else phrase(n, 9, 7) end
     from generate_series(1, ${suppliers}) n`,
    `insert into part select n, (select string_agg((${colours})[1 + draw(n, 10 + i, 92)], ' ') from generate_series(1, 5) i),
       'Manufacturer#' || (1 + draw(n, 20, 5)), 'Brand#' || (1 + draw(n, 20, 5)) || (1 + draw(n, 21, 5)),
       (array['STANDARD','SMALL','MEDIUM','LARGE','ECONOMY','PROMO'])[1 + draw(n, 22, 6)] || ' ' || (array['ANODIZED','BURNISHED','PLATED','POLISHED','BRUSHED'])[1 + draw(n, 23, 5)] || ' ' || (array['TIN','NICKEL','BRASS','STEEL','COPPER'])[1 + draw(n, 24, 5)],
       1 + draw(n, 25, 50), (array['SM','LG','MED','JUMBO','WRAP'])[1 + draw(n, 26, 5)] || ' ' || (array['CASE','BOX','BAG','JAR','PKG','PACK','CAN','DRUM'])[1 + draw(n, 27, 8)],
       (90000 + (n / 10) % 20001 + 100 * (n % 1000)) / 100.0, phrase(n, 28, 2)
     from generate_series(1, ${parts}) n`,
    `insert into partsupp select p, (p + i * (${suppliers} / 4 + (p - 1) / ${suppliers})) % ${suppliers} + 1, 1 + draw(p * 4 + i, 30, 9999),
       (100 + draw(p * 4 + i, 31, 99901)) / 100.0, phrase(p * 4 + i, 32, 15)
     from generate_series(1, ${parts}) p, generate_series(0, 3) i`,
    `insert into customer select n, 'Customer#' || lpad(n::text, 9, '0'), md5((n + 7)::text), draw(n, 40, 25),
       (10 + draw(n, 40, 25)) || '-' || (100 + draw(n, 41, 900)) || '-' || (100 + draw(n, 42, 900)) || '-' || (1000 + draw(n, 43, 9000)),
       (draw(n, 44, 1099999) - 99999) / 100.0, (array['AUTOMOBILE','BUILDING','FURNITURE','MACHINERY','HOUSEHOLD'])[1 + draw(n, 45, 5)], phrase(n, 46, 9)
     from generate_series(1, ${customers}) n`,
    // A third of the customers has no order; keys are sparse (8 of each 32).
    `create temp table o as select n, ((n / 8) * 32 + n % 8)::int as key, (1 + draw(n, 50, ${Math.floor(customers / 3)}) * 3 + draw(n, 51, 2))::int as cust,
       date '1992-01-01' + draw(n, 52, 2406) as day, 1 + draw(n, 53, 7) as lines from generate_series(1, ${orders}) n`,
    `insert into lineitem select key, part, (part + draw(n * 8 + l, 62, 4) * (${suppliers} / 4 + (part - 1) / ${suppliers})) % ${suppliers} + 1, l, quantity,
       round(quantity * (90000 + (part / 10) % 20001 + 100 * (part % 1000)) / 100.0, 2), draw(n * 8 + l, 64, 11) / 100.0, draw(n * 8 + l, 65, 9) / 100.0,
       case when receipt <= date '1995-06-17' then (array['R','A'])[1 + draw(n * 8 + l, 66, 2)] else 'N' end,
       case when ship > date '1995-06-17' then 'O' else 'F' end, ship, day + 30 + draw(n * 8 + l, 67, 61), receipt,
       (array['DELIVER IN PERSON','COLLECT COD','NONE','TAKE BACK RETURN'])[1 + draw(n * 8 + l, 68, 4)],
       (array['REG AIR','AIR','RAIL','SHIP','TRUCK','MAIL','FOB'])[1 + draw(n * 8 + l, 69, 7)], phrase(n * 8 + l, 70, 3)
     from (select *, ship + 1 + draw(n * 8 + l, 71, 30) as receipt
       from (select o.*, l, 1 + draw(n * 8 + l, 61, ${parts}) as part, 1 + draw(n * 8 + l, 63, 50) as quantity, day + 1 + draw(n * 8 + l, 72, 121) as ship
         from o, generate_series(1, o.lines) l) d) e order by n`,
    `insert into orders select key, cust, case when open = 0 then 'F' when open = lines then 'O' else 'P' end, total, day,
       (array['1-URGENT','2-HIGH','3-MEDIUM','4-NOT SPECIFIED','5-LOW'])[1 + draw(n, 80, 5)], 'Clerk#' || lpad((1 + draw(n, 81, ${Math.max(1, Math.round(1000 * scale))}))::text, 9, '0'), 0,
       case when draw(n, 82, 90) = 0 then 'the special ironic requests' else phrase(n, 83, 6) end
     from o join (select l_orderkey, count(*) filter (where l_linestatus = 'O') as open,
         round(sum(l_extendedprice * (1 + l_tax) * (1 - l_discount)), 2) as total from lineitem group by 1) s on s.l_orderkey = o.key order by n`,
    'drop table o',
    'vacuum analyze',
  ];
}
