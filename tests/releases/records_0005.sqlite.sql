-- head 8:e324ec5bfbb20c78c50ffa47e4397500a1b4336b8040ea63c0e007763ffc65bf
BEGIN TRANSACTION;
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'records','0001_first_tables','2026-11-24 15:53:59.952096');
INSERT INTO "django_migrations" VALUES(2,'records','0002_more_tables','2026-11-24 15:54:00.025518');
INSERT INTO "django_migrations" VALUES(3,'records','0003_append_only','2026-11-24 15:54:00.037440');
INSERT INTO "django_migrations" VALUES(4,'records','0004_close','2026-11-24 15:54:00.390114');
INSERT INTO "django_migrations" VALUES(5,'records','0005_close_append_only','2026-11-24 15:54:00.404758');
CREATE TABLE "records_agreement" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "programme" varchar(60) NOT NULL, "offered_on" date NOT NULL, "valid_until" date NOT NULL, "offer" text NOT NULL, "law_sha256" varchar(64) NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL UNIQUE REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_agreement" VALUES(1,'prorroga','2024-07-01','2024-07-31','{"gives":"time"}','9cf39fac776fbee1b78f5f84be0d5aff1a1c826f0e78fc511b65cf5b1d50a49f',1,7);
CREATE TABLE "records_agreementevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "state" varchar(10) NOT NULL, "on" date NOT NULL, "why" text NOT NULL, "agreement_id" bigint NOT NULL REFERENCES "records_agreement" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "a_state_is_entered_once" UNIQUE ("agreement_id", "state"));
INSERT INTO "records_agreementevent" VALUES(1,'offered','2024-07-01','',1,7);
INSERT INTO "records_agreementevent" VALUES(2,'accepted','2024-07-02','',1,8);
CREATE TABLE "records_auditevent" ("position" bigint NOT NULL PRIMARY KEY, "at" datetime NOT NULL, "verb" varchar(60) NOT NULL, "subject" varchar(200) NOT NULL, "initiated_by" varchar(200) NOT NULL, "executed_by" varchar(200) NOT NULL, "before" text NOT NULL, "after" text NOT NULL, "rows" text NOT NULL, "code_sha256" varchar(64) NOT NULL, "law_sha256" varchar(64) NOT NULL, "previous" varchar(64) NOT NULL, "hash" varchar(64) NOT NULL, "source_id" bigint NOT NULL UNIQUE REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_auditevent" VALUES(1,'2026-11-24 15:54:00.703394','do_begin_load','portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','la operadora','releases','{}','{"as_of":"2024-06-30","origin":"Datos simulados, semilla 20240630.","parts":2,"rows":4,"sha256":"b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188","simulated":true}','{}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','0000000000000000000000000000000000000000000000000000000000000000','91031c3f7dfb4fdce5816ae87e309c673e46787eaa2bf8df5e02455812c01796',1);
INSERT INTO "records_auditevent" VALUES(2,'2026-11-24 15:54:00.805549','do_load_portfolio','portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','la operadora','releases','{}','{"part":0,"rows":2}','{"credit":[2,"72a83d7b1f8b919860294b26909c080c5c2adf58df461d7315bb5dc4482430e9"],"monthlybalance":[2,"287db38aeac33de2e2826f04ff8e79a782be1ba244d806a0d0d9aaae463093b6"],"movement":[2,"1ec6980290cdaa02db93823effe6ca361071839e1cc31e14c32ff954a4a8e257"],"standing":[2,"06017b34b37009bbc48ae97bdf150e393f450e8f5d3a7a5fc8ab22a278670b04"],"terms":[2,"ff56e1755358908d7937f6bb0b4e4642f0f7a7e08bf40a46d7d462dc931b6a72"]}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','91031c3f7dfb4fdce5816ae87e309c673e46787eaa2bf8df5e02455812c01796','bca2519cdda506c603c732d14489b596fd729e1df2d5178c1a4b76c31a981981',2);
INSERT INTO "records_auditevent" VALUES(3,'2026-11-24 15:54:00.834307','do_load_portfolio','portfolio:b5e9fc003462f25543165486064b5dfe4a2814d64eecc277c241188813744188','la operadora','releases','{}','{"part":1,"rows":2}','{"credit":[2,"e77b35cdc7f79e74dcefdaa2bf587bdd14e6ff341d6ecdbd443822282ecac384"],"monthlybalance":[2,"f3e2b032e835f2c741aa03159de4fbaf7fba8649afca292b610d1fdb6bd0cc26"],"movement":[4,"5e9687976dd8059025c3d7067b995e251653ee9b5af2e40402fc53861babd147"],"standing":[2,"a4ea4a7fe127077e8fca82f1f0c8d00feff859dd9095d6d21aac79125cd035e1"],"terms":[2,"2bc1edfd90cd1e9764533af90d9b318c153f92b8b11b23d8c55aba087213fb84"]}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','bca2519cdda506c603c732d14489b596fd729e1df2d5178c1a4b76c31a981981','47063e1a6d15a3ab5f86c28b470a3f7e9055deeb8c8f585b20cd4dbbe629c383',3);
INSERT INTO "records_auditevent" VALUES(4,'2026-11-24 15:54:00.847499','do_identify_person','person:1','la operadora','releases','{"name":false,"nss":false}','{"name":true,"nss":true}','{}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','47063e1a6d15a3ab5f86c28b470a3f7e9055deeb8c8f585b20cd4dbbe629c383','94223241ad1e3b0a5063faa9e7a5f31db8fc3fc4d22c8eab97b34a1456fc1e83',4);
INSERT INTO "records_auditevent" VALUES(5,'2026-11-24 15:54:00.852697','do_add_contact','person:1','la operadora','releases','{}','{"contact":1,"given_by":"ella","given_on":"2024-07-01","kind":"phone"}','{}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','94223241ad1e3b0a5063faa9e7a5f31db8fc3fc4d22c8eab97b34a1456fc1e83','9a19a452f67ca71d76e8e017250995657c9863900388ccb637ff39fa5c99bf4e',5);
INSERT INTO "records_auditevent" VALUES(6,'2026-11-24 15:54:00.872969','do_record_facts','credit:1685548970','la operadora','releases','{"declared_income":null,"wage":0}','{"declared_income":null,"wage":1}','{"standing":[1,"a0eeaa5a25551635dceffb4c8c59268b65f94377031b93948eac4e3755643e35"]}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','9a19a452f67ca71d76e8e017250995657c9863900388ccb637ff39fa5c99bf4e','6ab7db0275e7541719a0c3b385e78f299ee9e8a7c51c9c601fa5f99c03f8fd8f',6);
INSERT INTO "records_auditevent" VALUES(7,'2026-11-24 15:54:00.883742','do_offer','credit:1685548970','la operadora','releases','{}','{"agreement":1,"on":"2024-07-01","state":"offered","why":""}','{"agreement":[1,"684791bfdd170299a2083b662f17f8d1493e4f8996d050eaa5e5db948de0deac"],"agreementevent":[1,"6ca4322289bdfe3ed751d243343f649807defd74f7e4e32b21cd4b66154a7409"]}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','6ab7db0275e7541719a0c3b385e78f299ee9e8a7c51c9c601fa5f99c03f8fd8f','5fad578aaf04cd7741191d5302b8b2a4562dc554f31b4b2c8c5ef5e38ade204e',7);
INSERT INTO "records_auditevent" VALUES(8,'2026-11-24 15:54:00.890480','do_accept_offer','agreement:1','la operadora','releases','{"on":"2024-07-01","state":"offered"}','{"agreement":1,"on":"2024-07-02","state":"accepted","why":""}','{"agreementevent":[1,"f596f266549db77beec4ef2cba179c03ca223d1f22fc54e88a62ba4cf42f8925"]}','17500615f3b6bb0ee21dbb11695ddd6c9f0bb6d418ad6349cc7042f0a9642d9d','881f26bb9223326d70bf20d8773aa630b65cd843bd76f2ee2c943e404d1fc06f','5fad578aaf04cd7741191d5302b8b2a4562dc554f31b4b2c8c5ef5e38ade204e','e324ec5bfbb20c78c50ffa47e4397500a1b4336b8040ea63c0e007763ffc65bf',8);
CREATE TABLE "records_closedpart" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "source_id" bigint NOT NULL UNIQUE REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, "load_id" bigint NOT NULL REFERENCES "records_load" ("id") DEFERRABLE INITIALLY DEFERRED, "month" integer NOT NULL, "part" integer NOT NULL, "first" bigint NOT NULL, "last" bigint NOT NULL, "movements_to" bigint NOT NULL, "receipts_to" bigint NOT NULL, CONSTRAINT "a_part_closes_once" UNIQUE ("load_id", "month", "part"));
CREATE TABLE "records_contactpoint" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(10) NOT NULL, "given_by" varchar(200) NOT NULL, "given_on" date NOT NULL, "value_sealed" text NOT NULL, "value_search" varchar(64) NOT NULL, "person_id" bigint NOT NULL REFERENCES "records_person" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "records_contactpoint" VALUES(1,'phone','ella','2024-07-01','first.s5hHQzbI00NeTw3yMy/1Qi4lFpYuvFLmKHBXGR3lAIWwKUuwnXg=','b2f7f139b630ee25cb89d35f9b438acf5876c77b5f40e0edef9969942e9dda69',1,5);
CREATE TABLE "records_credit" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" varchar(20) NOT NULL, "municipality" varchar(5) NOT NULL, "load_id" bigint NOT NULL REFERENCES "records_load" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "a_credit_is_there_once" UNIQUE ("number"));
INSERT INTO "records_credit" VALUES(1,'1685548970','16053',1,2);
INSERT INTO "records_credit" VALUES(2,'1647352369','16107',1,2);
INSERT INTO "records_credit" VALUES(3,'1609155768','16050',1,3);
INSERT INTO "records_credit" VALUES(4,'1670959167','16108',1,3);
CREATE TABLE "records_due" ("month" smallint DEFAULT 0 NOT NULL, "due_on" bigint DEFAULT 0 NOT NULL, "payroll" smallint DEFAULT 0 NOT NULL, "counted" smallint DEFAULT 0 NOT NULL, "counts" smallint DEFAULT 0 NOT NULL, "insurance" bigint DEFAULT 0 NOT NULL, "fees" bigint DEFAULT 0 NOT NULL, "protection_fund" bigint DEFAULT 0 NOT NULL, "interest" bigint DEFAULT 0 NOT NULL, "principal" bigint DEFAULT 0 NOT NULL, "units" bigint DEFAULT 0 NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("credit_id", "month", "source_id"));
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
INSERT INTO "records_person" VALUES(1,'first.O2oPtmZ8pbEIMDKmw00zoW9VBQ9qxjld9DQvpuFVW2auETfkdn+ore0UNniMsnpC','first.xXymkAR1TglAd5aZo0pxW0rzZPr2Hy8RTUDrJ3jsESbt6KVbka0p','da5be241a2845dcecaf342495d4eaf47ecf17f0acf392f9f8f44f10df3c1418b','','');
INSERT INTO "records_person" VALUES(2,'','','','','');
INSERT INTO "records_person" VALUES(3,'','','','','');
INSERT INTO "records_person" VALUES(4,'','','','','');
CREATE TABLE "records_placement" ("movement_id" bigint NOT NULL PRIMARY KEY REFERENCES "records_movement" ("id") DEFERRABLE INITIALLY DEFERRED, "receipt_id" bigint NOT NULL REFERENCES "records_receipt" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "records_receipt" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL UNIQUE REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, "day" date NOT NULL, "amount" bigint NOT NULL, "channel" smallint NOT NULL, "intent" smallint NOT NULL, "from_employer" bool NOT NULL, CONSTRAINT "a_receipt_has_an_amount" CHECK ("amount" > 0));
CREATE TABLE "records_role" ("kind" varchar(10) NOT NULL, "from_on" date NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "person_id" bigint NOT NULL REFERENCES "records_person" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("credit_id", "person_id", "kind"));
INSERT INTO "records_role" VALUES('debtor','2024-06-30',1,1,2);
INSERT INTO "records_role" VALUES('debtor','2024-06-30',2,2,2);
INSERT INTO "records_role" VALUES('debtor','2024-06-30',3,3,3);
INSERT INTO "records_role" VALUES('debtor','2024-06-30',4,4,3);
CREATE TABLE "records_serviced" ("indexed" smallint DEFAULT 0 NOT NULL, "rate" bigint DEFAULT 0 NOT NULL, "instalment" bigint DEFAULT 0 NOT NULL, "regime" smallint DEFAULT 0 NOT NULL, "charge_insurance" bigint DEFAULT 0 NOT NULL, "charge_fees" bigint DEFAULT 0 NOT NULL, "charge_protection" bigint DEFAULT 0 NOT NULL, "fees_index" bigint DEFAULT 0 NOT NULL, "employer_to_principal" smallint DEFAULT 0 NOT NULL, "months_left" smallint DEFAULT 0 NOT NULL, "insurance" bigint DEFAULT 0 NOT NULL, "fees" bigint DEFAULT 0 NOT NULL, "protection_fund" bigint DEFAULT 0 NOT NULL, "interest" bigint DEFAULT 0 NOT NULL, "principal_due" bigint DEFAULT 0 NOT NULL, "principal" bigint DEFAULT 0 NOT NULL, "payable_to_borrower" bigint DEFAULT 0 NOT NULL, "unapplied" bigint DEFAULT 0 NOT NULL, "principal_units" bigint DEFAULT 0 NOT NULL, "principal_due_units" bigint DEFAULT 0 NOT NULL, "gap" smallint DEFAULT -1 NOT NULL, "pays" bigint DEFAULT 0 NOT NULL, "stage_left" smallint DEFAULT 0 NOT NULL, "payer" smallint DEFAULT 0 NOT NULL, "second_gap" smallint DEFAULT -1 NOT NULL, "second_pays" bigint DEFAULT 0 NOT NULL, "second_left" smallint DEFAULT 0 NOT NULL, "second_payer" smallint DEFAULT 0 NOT NULL, "third_gap" smallint DEFAULT -1 NOT NULL, "third_pays" bigint DEFAULT 0 NOT NULL, "third_left" smallint DEFAULT 0 NOT NULL, "third_payer" smallint DEFAULT 0 NOT NULL, "waiting" bigint DEFAULT 0 NOT NULL, "reward" bigint DEFAULT 0 NOT NULL, "reward_left" smallint DEFAULT 0 NOT NULL, "on_default" smallint DEFAULT 0 NOT NULL, "waived" bigint DEFAULT 0 NOT NULL, "restructured" smallint DEFAULT 0 NOT NULL, "effective" smallint DEFAULT 0 NOT NULL, "in_a_row" smallint DEFAULT 0 NOT NULL, "missed" smallint DEFAULT 0 NOT NULL, "missed_by_employer" smallint DEFAULT 0 NOT NULL, "oldest" smallint DEFAULT -1 NOT NULL, "status" smallint DEFAULT 0 NOT NULL, "month" smallint DEFAULT 0 NOT NULL, "begun" smallint DEFAULT 0 NOT NULL, "index" bigint DEFAULT 0 NOT NULL, "price" bigint DEFAULT 0 NOT NULL, "accrued_day" smallint DEFAULT 0 NOT NULL, "numerator" bigint DEFAULT 0 NOT NULL, "accrued" bigint DEFAULT 0 NOT NULL, "accrued_worth" bigint DEFAULT 0 NOT NULL, "billed" smallint DEFAULT 0 NOT NULL, "now_insurance" bigint DEFAULT 0 NOT NULL, "now_fees" bigint DEFAULT 0 NOT NULL, "now_protection" bigint DEFAULT 0 NOT NULL, "now_interest" bigint DEFAULT 0 NOT NULL, "now_worth" bigint DEFAULT 0 NOT NULL, "advanced" bigint DEFAULT 0 NOT NULL, "settling" smallint DEFAULT 0 NOT NULL, "relevel" smallint DEFAULT 0 NOT NULL, "open" smallint DEFAULT 0 NOT NULL, "credit_id" bigint NOT NULL REFERENCES "records_credit" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "records_sourcekey" ("id") DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY ("month", "credit_id", "source_id"));
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
INSERT INTO "sqlite_stat1" VALUES('django_migrations',NULL,'5');
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
CREATE INDEX "receipt_credit_day" ON "records_receipt" ("credit_id", "day");
CREATE INDEX "records_placement_receipt_id_5b49b4ed" ON "records_placement" ("receipt_id");
CREATE INDEX "records_closedpart_load_id_2784c74f" ON "records_closedpart" ("load_id");
CREATE TRIGGER records_receipt_UPDATE BEFORE UPDATE ON records_receipt
BEGIN
    SELECT RAISE(ABORT, 'records_receipt no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_receipt_DELETE BEFORE DELETE ON records_receipt
BEGIN
    SELECT RAISE(ABORT, 'records_receipt no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_placement_UPDATE BEFORE UPDATE ON records_placement
BEGIN
    SELECT RAISE(ABORT, 'records_placement no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_placement_DELETE BEFORE DELETE ON records_placement
BEGIN
    SELECT RAISE(ABORT, 'records_placement no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_closedpart_UPDATE BEFORE UPDATE ON records_closedpart
BEGIN
    SELECT RAISE(ABORT, 'records_closedpart no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_closedpart_DELETE BEFORE DELETE ON records_closedpart
BEGIN
    SELECT RAISE(ABORT, 'records_closedpart no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_serviced_UPDATE BEFORE UPDATE ON records_serviced
BEGIN
    SELECT RAISE(ABORT, 'records_serviced no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_serviced_DELETE BEFORE DELETE ON records_serviced
BEGIN
    SELECT RAISE(ABORT, 'records_serviced no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_due_UPDATE BEFORE UPDATE ON records_due
BEGIN
    SELECT RAISE(ABORT, 'records_due no admite UPDATE: solo se agregan filas: una corrección es otra fila');
END;
CREATE TRIGGER records_due_DELETE BEFORE DELETE ON records_due
BEGIN
    SELECT RAISE(ABORT, 'records_due no admite DELETE: solo se agregan filas: una corrección es otra fila');
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('records_load',1);
INSERT INTO "sqlite_sequence" VALUES('django_migrations',5);
INSERT INTO "sqlite_sequence" VALUES('records_agreement',1);
INSERT INTO "sqlite_sequence" VALUES('records_credit',4);
INSERT INTO "sqlite_sequence" VALUES('records_agreementevent',2);
INSERT INTO "sqlite_sequence" VALUES('records_sourcekey',8);
INSERT INTO "sqlite_sequence" VALUES('records_person',4);
INSERT INTO "sqlite_sequence" VALUES('records_movement',6);
INSERT INTO "sqlite_sequence" VALUES('records_contactpoint',1);
COMMIT;
