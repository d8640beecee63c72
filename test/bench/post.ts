import { request, type Agent } from 'node:http';

/** Posts JSON and gives the JSON of the reply, whatever its status. */
export function post<Reply>(agent: Agent, url: string, token: string, body: object): Promise<Reply> {
  const payload = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
    authorization: `Bearer ${token}`,
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { agent, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve(JSON.parse(text) as Reply);
        } catch {
          reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 200)}`));
        }
      });
    });
    sending.once('error', reject);
    sending.end(payload);
  });
}
