using Flex.Fields.NetCdf.Probing;

// The child that tries files before the program itself reads them; see FileGuard.
ProbeServer.Run();
