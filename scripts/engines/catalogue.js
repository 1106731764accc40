/** @provider my-till @topic sync_products @version 1 */
function byId(list) {
  var index = {};
  for (var i = 0; i < list.length; i++) index[list[i].id] = list[i];
  return index;
}
function money(cents) { return Math.round(cents) / 100; }
function transform(input, context) {
  var p = input.payload;
  var categories = byId(p.categories), groups = byId(p.modifierGroups), taxes = byId(p.taxes);
  var products = p.items.filter(function (item) { return !item.deleted; }).map(function (item) {
    var product = {
      itemCode: String(item.id),
      name: item.name.replace(/\s+/g, ' '),
      price: money(item.price.amount),
      currency: item.price.currency,
      isAvailable: !item.hidden && item.stock !== 0,
      categories: item.categoryIds.map(function (id) { return categories[id] && categories[id].name; })
        .filter(function (name) { return !!name; })
    };
    if (item.description) product.description = item.description;
    if (item.image) product.imageUrl = 'https://img.till.example/' + encodeURIComponent(item.image);
    var tax = taxes[item.taxId];
    if (tax) product.taxRate = tax.percent;
    if (item.groupIds.length > 0) {
      product.modifierGroups = item.groupIds.map(function (id) { return groups[id]; })
        .filter(function (group) { return !!group; })
        .map(function (group) {
          return {
            groupCode: String(group.id), name: group.name,
            minSelect: group.min, maxSelect: Math.max(group.min, group.max),
            modifiers: group.options.map(function (option) {
              return { itemCode: String(option.id), name: option.name, price: money(option.cents), isAvailable: !option.off };
            })
          };
        });
    }
    return product;
  });
  return { products: products };
}
