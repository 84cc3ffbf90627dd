namespace MpcgLine.Service.Configuration;

/// <summary>A configuration can't be used; the message names every problem.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
