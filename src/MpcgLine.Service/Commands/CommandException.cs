namespace MpcgLine.Service.Commands;

/// <summary>A command can't go on; the message is for the person who typed it.</summary>
internal sealed class CommandException(string message) : Exception(message);
