-- head 8:a2c01eba0b1fb8d0a1c97a86b9019e41d8574e8a71db0c798bc09a9b3dc6db8b
BEGIN TRANSACTION;
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'records','0001_first_tables','2026-11-24 13:59:17.818541');
INSERT INTO "django_migrations" VALUES(2,'records','0002_more_tables','2026-11-24 13:59:18.080708');
INSERT INTO "django_migrations" VALUES(3,'records','0003_append_only','2026-11-24 13:59:18.235560');
CREATE TABLE "records_agreement" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "programme" varchar(60) NOT NULL, "offered_on" date NOT NULL, "valid_until" date NOT NULL, "offer" text NOT NULL, "law_sha256" varchar(64) NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL UNIQUE REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_agreement" VALUES(1,'prorroga','2024-07-01','2024-07-31','{"gives":"time"}','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e',1,7);
CREATE TABLE "records_agreementevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "state" varchar(10) NOT NULL, "on" date NOT NULL, "why" text NOT NULL, "agreement_id" bigint NOT NULL REFERENCES "records_agreement" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "a_state_is_entered_once" UNIQUE ("agreement_id", "state"));
INSERT INTO "records_agreementevent" VALUES(1,'offered','2024-07-01','',1,7);
INSERT INTO "records_agreementevent" VALUES(2,'accepted','2024-07-02','',1,8);
CREATE TABLE "records_auditevent" ("position" bigint NOT NULL PRIMARY KEY, "at" datetime NOT NULL, "verb" varchar(60) NOT NULL, "subject" varchar(200) NOT NULL, "initiated_by" varchar(200) NOT NULL, "executed_by" varchar(200) NOT NULL, "before" text NOT NULL, "after" text NOT NULL, "rows" text NOT NULL, "code_sha256" varchar(64) NOT NULL, "law_sha256" varchar(64) NOT NULL, "previous" varchar(64) NOT NULL, "hash" varchar(64) NOT NULL, "source_id" bigint NOT NULL UNIQUE REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_auditevent" VALUES(1,'2026-11-24 13:59:19.863753','do_begin_load','portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','la operadora','releases','{}','{"as_of":"2024-06-30","origin":"Datos simulados, semilla 20240630.","parts":2,"rows":4,"sha256":"b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188","simulated":true}','{}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','0000000000000000000000000000000000000000000000000000000000000000','b367184693c96e3704c3d423d01e848321756ae23d6ca9da7dd883834cac1a96',1);
INSERT INTO "records_auditevent" VALUES(2,'2026-11-24 13:59:20.053901','do_load_portfolio','portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','la operadora','releases','{}','{"part":0,"rows":2}','{"credit":[2,"72a83d7b1f8b919860294b26909c080c5c2adf58df461d7315bb5dc4482430e9"],"monthlybalance":[2,"287db38aeac33de2e2826f04ff8e79a782be1ba244d806a0d0d9aaae463093b6"],"movement":[2,"1ec6980290cdaa02db93823effe6ca361071839e1cc31e14c32ff954a4a8e257"],"standing":[2,"06017b34b37009bbc48ae97bdf150e393f450e8f5d3a7a5fc8ab22a278670b04"],"terms":[2,"ff56e1755358908d7937f6bb0b4e4642f0f7a7e08bf40a46d7d462dc931b6a72"]}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','b367184693c96e3704c3d423d01e848321756ae23d6ca9da7dd883834cac1a96','0d89118a3a1713720da0ab9adee867a235ff6d8e2ef7af760d2b9e2f133874f2',2);
INSERT INTO "records_auditevent" VALUES(3,'2026-11-24 13:59:20.144754','do_load_portfolio','portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','la operadora','releases','{}','{"part":1,"rows":2}','{"credit":[2,"e77b35cdc7f79e74dcefdaa2bf587bdd14e6ff341d6ecdbd443822282ecac384"],"monthlybalance":[2,"f3e2b032e835f2c741aa03159de4fbaf7fba8649afca292b610d1fdb6bd0cc26"],"movement":[4,"5e9687976dd8059025c3d7067b995e251653ee9b5af2e40402fc53861babd147"],"standing":[2,"a4ea4a7fe127077e8fca82f1f0c8d00feff859dd9095d6d21aac79125cd035e1"],"terms":[2,"2bc1edfd90cd1e9764533af90d9b318c153f92b8b11b23d8c55aba087213fb84"]}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','0d89118a3a1713720da0ab9adee867a235ff6d8e2ef7af760d2b9e2f133874f2','66ac781e039289e31b2fccae857ea644c6572d6a4c58542485daa30d04a1027f',3);
INSERT INTO "records_auditevent" VALUES(4,'2026-11-24 13:59:20.178277','do_identify_person','person:1','la operadora','releases','{"name":false,"nss":false}','{"name":true,"nss":true}','{}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','66ac781e039289e31b2fccae857ea644c6572d6a4c58542485daa30d04a1027f','90f75b67581403a21909c4c101482d63bb498a878c4cf82a544ec97242971a62',4);
INSERT INTO "records_auditevent" VALUES(5,'2026-11-24 13:59:20.188431','do_add_contact','person:1','la operadora','releases','{}','{"contact":1,"given_by":"ella","given_on":"2024-07-01","kind":"phone"}','{}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','90f75b67581403a21909c4c101482d63bb498a878c4cf82a544ec97242971a62','781b78a9ca3c759331fe569ff407d491c2bea6c76bcc1f60a753a9a0f60d8f3d',5);
INSERT INTO "records_auditevent" VALUES(6,'2026-11-24 13:59:20.268816','do_record_facts','credit:1685548970','la operadora','releases','{"declared_income":null,"wage":0}','{"declared_income":null,"wage":1}','{"standing":[1,"a0eeaa5a25551635dceffb4c8c59268b65f94377031b93948eac4e3755643e35"]}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','781b78a9ca3c759331fe569ff407d491c2bea6c76bcc1f60a753a9a0f60d8f3d','d0d324729303bd00c43e131433138faebacaaf00dafcfdef966a42f07b54a000',6);
INSERT INTO "records_auditevent" VALUES(7,'2026-11-24 13:59:20.295727','do_offer','credit:1685548970','la operadora','releases','{}','{"agreement":1,"on":"2024-07-01","state":"offered","why":""}','{"agreement":[1,"f37d6f275dd5a42d7b6b7ac2c5c99bca495c1b8279bb8527fddf1de9389e3ab5"],"agreementevent":[1,"6ca4322289bdfe3ed751d243343f649807defd74f7e4e32b21cd4b66154a7409"]}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','d0d324729303bd00c43e131433138faebacaaf00dafcfdef966a42f07b54a000','eab1f21811aab25d4699df71652d20c874575011b0f836145556e45601bf6d8f',7);
INSERT INTO "records_auditevent" VALUES(8,'2026-11-24 13:59:20.305527','do_accept_offer','agreement:1','la operadora','releases','{"on":"2024-07-01","state":"offered"}','{"agreement":1,"on":"2024-07-02","state":"accepted","why":""}','{"agreementevent":[1,"f596f266549db77beec4ef2cba179c03ca223d1f22fc54e88a62ba4cf42f8925"]}','273089e782b25530613f263d6fdaa16ad2c362cf70621030a6c18c38b3b61311','44c68409aa39f1a9170cd412e2f129e15050310dc095894b8d5582be1ce0178e','eab1f21811aab25d4699df71652d20c874575011b0f836145556e45601bf6d8f','a2c01eba0b1fb8d0a1c97a86b9019e41d8574e8a71db0c798bc09a9b3dc6db8b',8);
CREATE TABLE "records_contactpoint" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(10) NOT NULL, "given_by" varchar(200) NOT NULL, "given_on" date NOT NULL, "value_sealed" text NOT NULL, "value_search" varchar(64) NOT NULL, "person_id" bigint NOT NULL REFERENCES "records_person" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_contactpoint" VALUES(1,'phone','ella','2024-07-01','first.rE9oH8H4OByHeEZqV6sJuis9xgRInkmO4ta02WR7ebFOzXOFlMg=','b2f7f139b630ee25cb89d35f9b438acf5876c77b5f40e0edef9969942e9dda69',1,5);
CREATE TABLE "records_credit" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" varchar(20) NOT NULL, "municipality" varchar(5) NOT NULL, "load_id" bigint NOT NULL REFERENCES "records_load" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "a_credit_is_there_once" UNIQUE ("number"));
INSERT INTO "records_credit" VALUES(1,'1685548970','16053',1,2);
INSERT INTO "records_credit" VALUES(2,'1647352369','16107',1,2);
INSERT INTO "records_credit" VALUES(3,'1609155768','16050',1,3);
INSERT INTO "records_credit" VALUES(4,'1670959167','16108',1,3);
CREATE TABLE "records_load" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "sha256" varchar(64) NOT NULL UNIQUE, "as_of" date NOT NULL, "simulated" bool NOT NULL, "origin" text NOT NULL, "rows" bigint NOT NULL, "parts" integer NOT NULL, "source_id" bigint NOT NULL UNIQUE REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_load" VALUES(1,'b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','2024-06-30',1,'Datos simulados, semilla 20240630.',4,2,1);
CREATE TABLE "records_monthlybalance" ("balance" integer NOT NULL, "balance_units" integer NOT NULL, "months_left" integer NOT NULL, "months_paid" integer NOT NULL, "months_in_a_row" integer NOT NULL, "months_missed" integer NOT NULL, "unpaid_interest" integer NOT NULL, "principal_paid" integer NOT NULL, "interest_paid" integer NOT NULL, "from_on" date NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("credit_id", "from_on", "source_id"));
INSERT INTO "records_monthlybalance" VALUES(30527062,0,212,148,148,0,0,12739607,28385059,'2024-06-30',1,2);
INSERT INTO "records_monthlybalance" VALUES(57018373,0,316,33,27,0,0,410510,17046358,'2024-06-30',2,2);
INSERT INTO "records_monthlybalance" VALUES(18889717,0,237,101,0,2,377794,2506018,17599883,'2024-06-30',3,3);
INSERT INTO "records_monthlybalance" VALUES(8560688,0,188,94,55,0,0,1745180,7825580,'2024-06-30',4,3);
CREATE TABLE "records_movement" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "principal" bigint NOT NULL, "principal_due" bigint NOT NULL, "interest" bigint NOT NULL, "insurance" bigint NOT NULL, "fees" bigint NOT NULL, "protection_fund" bigint NOT NULL, "cash" bigint NOT NULL, "employer" bigint NOT NULL, "complement_institute" bigint NOT NULL, "complement_fund" bigint NOT NULL, "forgiven" bigint NOT NULL, "waived" bigint NOT NULL, "released" bigint NOT NULL, "interest_income" bigint NOT NULL, "insurance_income" bigint NOT NULL, "fees_income" bigint NOT NULL, "protection_income" bigint NOT NULL, "indexation" bigint NOT NULL, "rounding" bigint NOT NULL, "payable_to_borrower" bigint NOT NULL, "unapplied" bigint NOT NULL, "refunded" bigint NOT NULL, "opening" bigint NOT NULL, "adjustment" bigint NOT NULL, "principal_units" bigint NOT NULL, "principal_due_units" bigint NOT NULL, "moved_units" bigint NOT NULL, "day" date NOT NULL, "month" integer NOT NULL, "kind" smallint NOT NULL, "channel" smallint NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "reverses_id" bigint NULL UNIQUE REFERENCES "records_movement" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "pesos_sum_to_zero" CHECK ("principal" + "principal_due" + "interest" + "insurance" + "fees" + "protection_fund" + "cash" + "employer" + "complement_institute" + "complement_fund" + "forgiven" + "waived" + "released" + "interest_income" + "insurance_income" + "fees_income" + "protection_income" + "indexation" + "rounding" + "payable_to_borrower" + "unapplied" + "refunded" + "opening" + "adjustment" = 0), CONSTRAINT "units_sum_to_zero" CHECK ("principal_units" + "principal_due_units" + "moved_units" = 0));
INSERT INTO "records_movement" VALUES(1,30527062,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-30527062,0,0,0,0,'2024-06-30',24294,0,0,1,NULL,2);
INSERT INTO "records_movement" VALUES(2,57018373,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-57018373,0,0,0,0,'2024-06-30',24294,0,0,2,NULL,2);
INSERT INTO "records_movement" VALUES(3,0,59686,188897,750,0,4972,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-254305,0,0,0,0,'2024-06-30',24292,0,0,3,NULL,3);
INSERT INTO "records_movement" VALUES(4,0,59686,188897,750,0,4972,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-254305,0,0,0,0,'2024-06-30',24293,0,0,3,NULL,3);
INSERT INTO "records_movement" VALUES(5,18770345,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-18770345,0,0,0,0,'2024-06-30',24294,0,0,3,NULL,3);
INSERT INTO "records_movement" VALUES(6,8560688,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-8560688,0,0,0,0,'2024-06-30',24294,0,0,4,NULL,3);
CREATE TABLE "records_person" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name_sealed" text NOT NULL, "nss_sealed" text NOT NULL, "nss_search" varchar(64) NOT NULL, "curp_sealed" text NOT NULL, "curp_search" varchar(64) NOT NULL);
INSERT INTO "records_person" VALUES(1,'first.GPOmXMEVGak2uCeXF0OQPIuCiycQ3FLVfuj8hjuH0ygVMKAhoQRT/055cQ8Al2EA','first.agpeAVZPndO/X9n986dUkFF4g4pdQn9IJja+h5jxKwPQVbE8w2Bt','da5be241a2845dcecaf342495d4eaf47ecf17f0acf392f9f8f44f10df3c1418b','','');
INSERT INTO "records_person" VALUES(2,'','','','','');
INSERT INTO "records_person" VALUES(3,'','','','','');
INSERT INTO "records_person" VALUES(4,'','','','','');
CREATE TABLE "records_role" ("kind" varchar(10) NOT NULL, "from_on" date NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "person_id" bigint NOT NULL REFERENCES "records_person" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("credit_id", "person_id", "kind"));
INSERT INTO "records_role" VALUES('debtor','2024-06-30',1,1,2);
INSERT INTO "records_role" VALUES('debtor','2024-06-30',2,2,2);
INSERT INTO "records_role" VALUES('debtor','2024-06-30',3,3,3);
INSERT INTO "records_role" VALUES('debtor','2024-06-30',4,4,3);
CREATE TABLE "records_sourcekey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(200) NOT NULL UNIQUE, "content" varchar(64) NOT NULL, "part_of_id" bigint NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_sourcekey" VALUES(1,'portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188',NULL);
INSERT INTO "records_sourcekey" VALUES(2,'portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188:0','c8ed9a67db1da477a2220043beb844dcb04b40e2c3d3b8d2990cdc3f089f27db',NULL);
INSERT INTO "records_sourcekey" VALUES(3,'portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188:1','9c10c9c2a9ff950114a6b6c415308b50198e5dcbe21fe95433a17c4bb4b2653b',NULL);
INSERT INTO "records_sourcekey" VALUES(4,'i','36204d2041e6130deff6bdbc3aa1bfa04a21394aecfb5696e7f3ef372d5e5256',NULL);
INSERT INTO "records_sourcekey" VALUES(5,'c','c292b7b93a2c37f3caf03cbabd8c4d5ad2046826eed215b91de2394ad63ce342',NULL);
INSERT INTO "records_sourcekey" VALUES(6,'f','3e46b1fa74fbf52b23225c4f80362ba158fc03fa2155a925877ff038ff95ef97',NULL);
INSERT INTO "records_sourcekey" VALUES(7,'o','cadc07fb31cb4045c57e6e7bed0bafc0ce393f49c2aec2778efd73cae0e0e38e',NULL);
INSERT INTO "records_sourcekey" VALUES(8,'s','ae5e2a090f63e02559883564f29ab4c45aac361f5d59b56a1a1e10fc32de97d4',NULL);
CREATE TABLE "records_standing" ("active_solution" smallint NOT NULL, "solution_from" date NULL, "solution_pays" integer NOT NULL, "solution_months_left" integer NOT NULL, "solution_gap" smallint NOT NULL, "solution_kept" bool NOT NULL, "agreements_this_year" integer NOT NULL, "times_borron_this_year" integer NOT NULL, "times_jubilados" integer NOT NULL, "times_nivela" integer NOT NULL, "prorroga_months_used" integer NOT NULL, "protection_months_left" integer NOT NULL, "protection_from" date NULL, "sex" smallint NOT NULL, "born_on" date NULL, "regime" smallint NOT NULL, "employed" bool NOT NULL, "months_in_job" integer NOT NULL, "months_in_last_job" integer NOT NULL, "months_without_job" integer NOT NULL, "paid_without_job" bool NOT NULL, "technical_stoppage" bool NOT NULL, "hardship" bool NOT NULL, "wage" integer NOT NULL, "wage_at_grant" integer NULL, "declared_income" integer NULL, "declared_expenses" integer NULL, "pensioned" bool NOT NULL, "pension" integer NULL, "insured_event" smallint NULL, "disability" integer NULL, "from_on" date NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("credit_id", "from_on", "source_id"));
INSERT INTO "records_standing" VALUES(0,NULL,0,0,0,0,0,0,0,0,0,6,NULL,2,'1984-04-21',1,0,0,35,3,1,0,0,0,960788,NULL,NULL,0,NULL,0,NULL,'2024-06-30',1,2);
INSERT INTO "records_standing" VALUES(0,NULL,0,0,0,0,0,0,0,0,11,6,NULL,1,'1980-07-07',0,1,135,0,0,0,0,0,2381466,1820741,NULL,NULL,0,NULL,0,NULL,'2024-06-30',2,2);
INSERT INTO "records_standing" VALUES(7,'2024-05-01',0,11,2,1,1,0,0,0,20,6,NULL,1,'1965-07-29',2,0,0,29,2,0,0,0,0,614325,1076701,564772,0,NULL,0,NULL,'2024-06-30',3,3);
INSERT INTO "records_standing" VALUES(0,NULL,0,0,0,0,0,0,0,0,18,6,NULL,2,'1981-03-11',1,0,0,14,23,1,0,0,0,254455,874852,NULL,0,NULL,0,NULL,'2024-06-30',4,3);
INSERT INTO "records_standing" VALUES(0,NULL,0,0,0,0,0,0,0,0,0,6,NULL,2,'1984-04-21',1,0,0,35,3,1,0,0,1,960788,NULL,NULL,0,NULL,0,NULL,'2024-07-01',1,6);
CREATE TABLE "records_terms" ("product" smallint NOT NULL, "indexed" bool NOT NULL, "granted_on" date NOT NULL, "granted" integer NOT NULL, "granted_units" integer NOT NULL, "instalment" integer NOT NULL, "instalment_units" integer NOT NULL, "rea_instalment" integer NOT NULL, "rea_instalment_units" integer NOT NULL, "rate" integer NOT NULL, "insurance" integer NOT NULL, "protection_fee" integer NOT NULL, "administration_fee" integer NOT NULL, "employer_to_principal" bool NOT NULL, "co_financed" bool NOT NULL, "undisbursed" bool NOT NULL, "ecotechnologies_pending" bool NOT NULL, "in_court" bool NOT NULL, "converted" bool NOT NULL, "converted_on" date NULL, "from_on" date NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("credit_id", "from_on", "source_id"));
INSERT INTO "records_terms" VALUES(0,0,'2012-02-13',34394954,0,318670,0,0,0,104500,750,6373,0,1,0,0,0,0,1,'2023-07-15','2024-06-30',1,2);
INSERT INTO "records_terms" VALUES(0,0,'2020-10-15',51778414,0,477828,0,0,0,120000,750,9557,46997,0,0,0,0,0,0,NULL,'2024-06-30',2,2);
INSERT INTO "records_terms" VALUES(0,0,'2014-03-06',18222564,0,248583,0,0,0,120000,750,4972,0,0,0,0,0,0,0,NULL,'2024-06-30',3,3);
INSERT INTO "records_terms" VALUES(0,0,'2015-02-13',9000000,0,124851,0,0,0,120000,750,2497,0,0,0,0,0,0,0,NULL,'2024-06-30',4,3);
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('records_credit','sqlite_autoindex_records_credit_1','4 1');
INSERT INTO "sqlite_stat1" VALUES('records_movement','movement_credit_day','6 2 2');
INSERT INTO "sqlite_stat1" VALUES('records_movement','sqlite_autoindex_records_movement_1','6 6');
INSERT INTO "sqlite_stat1" VALUES('records_terms','sqlite_autoindex_records_terms_1','4 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('records_standing','sqlite_autoindex_records_standing_1','4 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('records_auditevent','sqlite_autoindex_records_auditevent_2','3 1');
INSERT INTO "sqlite_stat1" VALUES('records_auditevent','sqlite_autoindex_records_auditevent_1','3 1');
INSERT INTO "sqlite_stat1" VALUES('django_migrations',NULL,'3');
INSERT INTO "sqlite_stat1" VALUES('records_person',NULL,'4');
INSERT INTO "sqlite_stat1" VALUES('records_sourcekey','records_sourcekey_part_of_id_151725ca','3 3');
INSERT INTO "sqlite_stat1" VALUES('records_sourcekey','sqlite_autoindex_records_sourcekey_1','3 1');
INSERT INTO "sqlite_stat1" VALUES('records_role','records_role_person_id_0c654125','4 1');
INSERT INTO "sqlite_stat1" VALUES('records_role','sqlite_autoindex_records_role_1','4 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('records_monthlybalance','sqlite_autoindex_records_monthlybalance_1','4 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('records_load','sqlite_autoindex_records_load_2','1 1');
INSERT INTO "sqlite_stat1" VALUES('records_load','sqlite_autoindex_records_load_1','1 1');
CREATE INDEX "person_nss_search" ON "records_person" ("nss_search") WHERE NOT ("nss_search" = '');
CREATE INDEX "person_curp_search" ON "records_person" ("curp_search") WHERE NOT ("curp_search" = '');
CREATE INDEX "records_sourcekey_part_of_id_151725ca" ON "records_sourcekey" ("part_of_id");
CREATE INDEX "records_role_person_id_0c654125" ON "records_role" ("person_id");
CREATE INDEX "records_contactpoint_value_search_6260f5ec" ON "records_contactpoint" ("value_search");
CREATE INDEX "records_contactpoint_person_id_5e409982" ON "records_contactpoint" ("person_id");
CREATE INDEX "records_contactpoint_source_id_39f617b0" ON "records_contactpoint" ("source_id");
CREATE INDEX "records_agreement_credit_id_0d6312bb" ON "records_agreement" ("credit_id");
CREATE INDEX "movement_credit_day" ON "records_movement" ("credit_id", "day");
CREATE INDEX "records_agreementevent_agreement_id_915ff45b" ON "records_agreementevent" ("agreement_id");
CREATE INDEX "records_agreementevent_source_id_8ec6af2f" ON "records_agreementevent" ("source_id");
CREATE TRIGGER records_sourcekey_UPDATE BEFORE UPDATE ON records_sourcekey
BEGIN
    SELECT RAISE(ABORT, 'records_sourcekey no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_sourcekey_DELETE BEFORE DELETE ON records_sourcekey
BEGIN
    SELECT RAISE(ABORT, 'records_sourcekey no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_auditevent_UPDATE BEFORE UPDATE ON records_auditevent
BEGIN
    SELECT RAISE(ABORT, 'records_auditevent no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_auditevent_DELETE BEFORE DELETE ON records_auditevent
BEGIN
    SELECT RAISE(ABORT, 'records_auditevent no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_load_UPDATE BEFORE UPDATE ON records_load
BEGIN
    SELECT RAISE(ABORT, 'records_load no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_load_DELETE BEFORE DELETE ON records_load
BEGIN
    SELECT RAISE(ABORT, 'records_load no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_credit_UPDATE BEFORE UPDATE ON records_credit
BEGIN
    SELECT RAISE(ABORT, 'records_credit no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_credit_DELETE BEFORE DELETE ON records_credit
BEGIN
    SELECT RAISE(ABORT, 'records_credit no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_terms_UPDATE BEFORE UPDATE ON records_terms
BEGIN
    SELECT RAISE(ABORT, 'records_terms no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_terms_DELETE BEFORE DELETE ON records_terms
BEGIN
    SELECT RAISE(ABORT, 'records_terms no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_standing_UPDATE BEFORE UPDATE ON records_standing
BEGIN
    SELECT RAISE(ABORT, 'records_standing no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_standing_DELETE BEFORE DELETE ON records_standing
BEGIN
    SELECT RAISE(ABORT, 'records_standing no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_monthlybalance_UPDATE BEFORE UPDATE ON records_monthlybalance
BEGIN
    SELECT RAISE(ABORT, 'records_monthlybalance no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_monthlybalance_DELETE BEFORE DELETE ON records_monthlybalance
BEGIN
    SELECT RAISE(ABORT, 'records_monthlybalance no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_movement_UPDATE BEFORE UPDATE ON records_movement
BEGIN
    SELECT RAISE(ABORT, 'records_movement no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_movement_DELETE BEFORE DELETE ON records_movement
BEGIN
    SELECT RAISE(ABORT, 'records_movement no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_agreement_UPDATE BEFORE UPDATE ON records_agreement
BEGIN
    SELECT RAISE(ABORT, 'records_agreement no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_agreement_DELETE BEFORE DELETE ON records_agreement
BEGIN
    SELECT RAISE(ABORT, 'records_agreement no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_agreementevent_UPDATE BEFORE UPDATE ON records_agreementevent
BEGIN
    SELECT RAISE(ABORT, 'records_agreementevent no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_agreementevent_DELETE BEFORE DELETE ON records_agreementevent
BEGIN
    SELECT RAISE(ABORT, 'records_agreementevent no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE VIEW records_latestbalance AS
SELECT credit_id, from_on, balance, balance_units, months_left, months_paid, months_in_a_row, months_missed, unpaid_interest, principal_paid, interest_paid FROM (
    SELECT *, row_number() OVER (
        PARTITION BY credit_id ORDER BY from_on DESC, source_id DESC
    ) AS place FROM records_monthlybalance
) AS dated WHERE place = 1;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('records_load',1);
INSERT INTO "sqlite_sequence" VALUES('django_migrations',3);
INSERT INTO "sqlite_sequence" VALUES('records_agreement',1);
INSERT INTO "sqlite_sequence" VALUES('records_credit',4);
INSERT INTO "sqlite_sequence" VALUES('records_agreementevent',2);
INSERT INTO "sqlite_sequence" VALUES('records_sourcekey',8);
INSERT INTO "sqlite_sequence" VALUES('records_person',4);
INSERT INTO "sqlite_sequence" VALUES('records_movement',6);
INSERT INTO "sqlite_sequence" VALUES('records_contactpoint',1);
COMMIT;
