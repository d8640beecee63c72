import { describe, expect, it } from 'vitest';
import { ChangePasswordInput } from '../../contract/auth.js';
import { CreateUserInput } from '../../contract/user.js';

const person = { email: 'nora@example.com', name: 'Nora New', role: 'AGENT', password: 'long enough' };
const accepts = (more: object) => CreateUserInput.safeParse({ ...person, ...more }).success;
const unstorable = ['\0', '\ud800', '\udfff', '\udc00\ud800'];

describe('a person', () => {
  it.each(unstorable)('has no %j in a password or in the address of a picture', (bad) => {
    expect(accepts({ password: `long${bad}enough` })).toBe(false);
    expect(accepts({ avatarUrl: `https://example.com/${bad}.png` })).toBe(false);
    const change = { currentPassword: 'long enough', newPassword: `long${bad}enough` };
    expect(ChangePasswordInput.safeParse(change).success).toBe(false);
  });

  it('may have any other letters in a password', () => {
    expect(
      ['пароль пароль', '密码密码密码密码', '🔑🔑🔑🔑🔑🔑🔑🔑', '        '].map((password) => accepts({ password })),
    ).toEqual(Array(4).fill(true));
    expect([accepts({ password: '7 chars' }), accepts({ password: 'x'.repeat(201) })]).toEqual([false, false]);
  });

  it.each(['https://example.com/nora.png', 'http://example.com', 'HTTPS://Example.com/a%20b?size=1#top'])(
    'has a picture at %s, kept as it was sent',
    (avatarUrl) => {
      expect(CreateUserInput.parse({ ...person, avatarUrl }).avatarUrl).toBe(avatarUrl);
    },
  );
  it.each([
    ' https://example.com',
    'https://exa\tmple.com',
    'https://',
    'ftp://example.com',
    'javascript:alert(1)',
    'x',
  ])('has none at %j', (avatarUrl) => {
    expect(accepts({ avatarUrl })).toBe(false);
  });
});
