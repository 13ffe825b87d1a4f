import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';

export const CHECK_CONTACTS = Symbol('checkContacts');

/** Without the master key of the contacts no order may be taken: sealed under another, it could not be delivered. */
@Injectable()
export class ContactsChecked implements OnModuleInit {
  constructor(@Inject(CHECK_CONTACTS) private readonly check: () => Promise<void>) {}

  onModuleInit(): Promise<void> {
    return this.check();
  }
}
