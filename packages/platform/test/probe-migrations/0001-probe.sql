create table probe.nothing (id int primary key);
