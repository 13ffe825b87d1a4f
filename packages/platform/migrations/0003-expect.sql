-- Fails a transaction that did not write as many rows as it meant to: somebody else has changed them since they were read.
create function messaging.expect(actual bigint, wanted bigint) returns bigint language plpgsql immutable as $$
begin
  if actual <> wanted then
    raise exception 'wrote % of % rows: the others have changed since they were read', actual, wanted using errcode = 'serialization_failure';
  end if;
  return actual;
end $$;
