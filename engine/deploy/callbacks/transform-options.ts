import aliasProto from "@pulumi/pulumi/proto/alias_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";

type Request = resourceProto.RegisterResourceRequest;

/** A registration's options in the form in which transforms see and change them. */
export function optionsOf(request: Request): resourceProto.TransformResourceOptions {
  const options = new resourceProto.TransformResourceOptions();
  const urns = request.getAliasurnsList().map((urn) => new aliasProto.Alias().setUrn(urn));
  options
    .setDependsOnList(request.getDependenciesList())
    .setIgnoreChangesList(request.getIgnorechangesList())
    .setReplaceOnChangesList(request.getReplaceonchangesList())
    .setVersion(request.getVersion())
    .setAliasesList([...urns, ...request.getAliasesList()])
    .setProvider(request.getProvider())
    .setCustomTimeouts(request.getCustomtimeouts())
    .setPluginDownloadUrl(request.getPlugindownloadurl())
    .setDeletedWith(request.getDeletedwith())
    .setReplaceWithList(request.getReplaceWithList())
    .setReplacementTrigger(request.getReplacementTrigger())
    .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList())
    .setHideDiffList(request.getHidediffsList())
    .setImport(request.getImportid())
    .setHooks(request.getHooks());
  if (request.hasProtect()) options.setProtect(request.getProtect() === true);
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete() === true);
  // Some SDKs only set the value.
  if (request.getDeletebeforereplacedefined() || request.getDeletebeforereplace())
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  for (const [pkg, ref] of request.getProvidersMap().entries()) options.getProvidersMap().set(pkg, ref);
  for (const [key, sum] of request.getPluginchecksumsMap().entries()) options.getPluginChecksumsMap().set(key, sum);
  return options;
}

/** Takes over what transforms made of the options; dependencies are not among it. */
export function applyOptions(request: Request, options: resourceProto.TransformResourceOptions): void {
  request
    .setIgnorechangesList(options.getIgnoreChangesList())
    .setReplaceonchangesList(options.getReplaceOnChangesList())
    .setVersion(options.getVersion())
    .setAliasurnsList([])
    .setAliasesList(options.getAliasesList())
    .setProvider(options.getProvider())
    .setCustomtimeouts(options.getCustomTimeouts())
    .setPlugindownloadurl(options.getPluginDownloadUrl())
    .setDeletedwith(options.getDeletedWith())
    .setReplaceWithList(options.getReplaceWithList())
    .setReplacementTrigger(options.getReplacementTrigger())
    .setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList())
    .setHidediffsList(options.getHideDiffList())
    .setImportid(options.getImport())
    .setHooks(options.getHooks())
    .setDeletebeforereplacedefined(options.hasDeleteBeforeReplace())
    .setDeletebeforereplace(options.getDeleteBeforeReplace() === true);
  if (options.hasProtect()) request.setProtect(options.getProtect() === true);
  else request.clearProtect();
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() === true);
  else request.clearRetainondelete();
  request.clearProvidersMap();
  for (const [pkg, ref] of options.getProvidersMap().entries()) request.getProvidersMap().set(pkg, ref);
  request.clearPluginchecksumsMap();
  for (const [key, sum] of options.getPluginChecksumsMap().entries()) request.getPluginchecksumsMap().set(key, sum);
}
