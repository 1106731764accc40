/** @provider my-till @topic order_status_update @version 1 */
var STATUS = { placed: 'pending', accepted: 'confirmed', cooking: 'preparing', done: 'ready', gone: 'completed', refused: 'cancelled' };
function instant(text) {
  var date = new Date(text);
  return isNaN(date.getTime()) ? undefined : date.toISOString();
}
function transform(input, context) {
  var event = input.payload.event;
  var out = { externalOrderId: String(event.order.id), status: STATUS[event.order.state] || 'pending' };
  var at = instant(event.at);
  if (at) out.occurredAt = at;
  if (event.order.reason) out.reason = String(event.order.reason).replace(/\s+/g, ' ');
  return out;
}
